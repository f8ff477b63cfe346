// Logs the attempts of a request with triage.ts and resilient.ts, which lie beside it then.

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { Chain, Link, chat, messages } from "./resilient.ts";
import { lines } from "./triage.ts";

const a = new Link("A", chat(new OpenAI({ maxRetries: 0, logLevel: "off" }), "m"));
const b = new Link("B", messages(new Anthropic({ maxRetries: 0, logLevel: "off" }), "m"));
const { tried } = await new Chain([a, b]).ask("Hello").catch((failed) => failed);
for (const line of lines("r1", "chat", "r41", tried)) console.log(line);
