// Asks OpenAI, and Anthropic when that fails. The SDKs read the base URLs from the environment.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const primary = new OpenAI({ maxRetries: 0 });
const backup = new Anthropic({ maxRetries: 0 });

async function ask(question: string): Promise<string> {
  try {
    const stream = await primary.chat.completions.create({
      model: "fault-large",
      stream: true,
      messages: [{ role: "user", content: question }],
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    return `primary, ${text.split(" ").length} words`;
  } catch (err) {
    if (!(err instanceof OpenAI.APIError)) throw err;
    const message = await backup.messages.create({
      model: "fault-small",
      max_tokens: 100,
      messages: [{ role: "user", content: question }],
    });
    return `backup after ${err.status ?? "a broken stream"}, ${message.stop_reason}`;
  }
}

for (const question of ["One?", "Two?", "Three?", "Four?"]) {
  console.log(question, await ask(question));
}
