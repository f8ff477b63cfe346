"""Takes a stored conversation to Anthropic's API, through a tool call there, and back to OpenAI's."""

import json
import os
import urllib.request

# region: anthropic


def id_for(reader, history, turn, call):
    """The ID under which a reader sees a call: the writer's own if the
    reader wrote the turn, else one that every provider accepts."""
    t = history[turn]
    if t.get("by") == reader:
        return t["calls"][call]["id"]
    return f"turn{turn}_call{call}"


def to_anthropic(reader, history):
    """Renders a history for the model that will read it."""
    messages, ids = [], {}
    for i, t in enumerate(history):
        blocks = []
        if t.get("by") == reader:
            for r in t.get("reasoning", []):
                blocks.append({"type": "thinking", "thinking": r["text"],
                               "signature": r["signature"]})
        for r in t.get("results", []):
            blocks.append({"type": "tool_result",
                           "tool_use_id": ids[r["call"]],
                           "content": r["text"],
                           "is_error": r.get("failed", False)})
        if t.get("text", "").strip():
            blocks.append({"type": "text", "text": t["text"]})
        for j, c in enumerate(t.get("calls", [])):
            ids[c["id"]] = id_for(reader, history, i, j)
            blocks.append({"type": "tool_use", "id": ids[c["id"]],
                           "name": c["name"], "input": c["args"]})
        if blocks:
            messages.append({"role": t["role"], "content": blocks})
    return messages


# endregion: anthropic


def to_openai(reader, system, history):
    """Renders a history for a Chat Completions model, which takes no reasoning back."""
    messages, ids = [{"role": "system", "content": system}], {}
    for i, t in enumerate(history):
        for r in t.get("results", []):
            text = "The tool failed: " + r["text"] if r.get("failed") else r["text"]
            messages.append({"role": "tool", "tool_call_id": ids[r["call"]], "content": text})
        if t["role"] == "user":
            if t.get("text"):
                messages.append({"role": "user", "content": t["text"]})
            continue
        message = {"role": "assistant", "content": t.get("text", "")}
        for j, c in enumerate(t.get("calls", [])):
            ids[c["id"]] = id_for(reader, history, i, j)
            message.setdefault("tool_calls", []).append(
                {"id": ids[c["id"]], "type": "function",
                 "function": {"name": c["name"], "arguments": json.dumps(c["args"])}})
        messages.append(message)
    return messages


def tally(reader, takes_reasoning, history, messages):
    rewritten = kept = withheld = 0
    for i, t in enumerate(history):
        for j, c in enumerate(t.get("calls", [])):
            rewritten += id_for(reader, history, i, j) != c["id"]
        n = len(t.get("reasoning", []))
        if t.get("by") == reader and takes_reasoning:
            kept += n
        else:
            withheld += n
    return f"{len(messages)} messages, {rewritten} ids rewritten, reasoning {kept} kept and {withheld} withheld"


def post(url, body, headers):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


with open(os.environ["CONVERSATION"], encoding="utf-8") as file:
    stored = json.load(file)
history = stored["turns"]


def ask_b():
    messages = to_anthropic("model-b", history)
    print("to B:", tally("model-b", True, history, messages))
    tools = [{"name": t["name"], "description": t["description"], "input_schema": t["schema"]} for t in stored["tools"]]
    answer = post(os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages",
                  {"model": "model-b", "max_tokens": 300, "system": stored["system"], "tools": tools, "messages": messages},
                  {"x-api-key": "any", "anthropic-version": "2026-10-21"})
    turn = {"role": "assistant", "by": answer["model"], "text": "", "reasoning": [], "calls": []}
    for block in answer["content"]:
        if block["type"] == "thinking":
            turn["reasoning"].append({"text": block["thinking"], "signature": block["signature"]})
        elif block["type"] == "text":
            turn["text"] += block["text"]
        elif block["type"] == "tool_use":
            turn["calls"].append({"id": block["id"], "name": block["name"], "args": block["input"]})
    history.append(turn)
    said = "call " + turn["calls"][0]["name"] if turn["calls"] else turn["text"]
    print(f"   B: {answer['stop_reason']}, {said}")
    return turn


called = ask_b()
history.append({"role": "user", "results": [{"call": called["calls"][0]["id"], "text": "cancelled"}]})
ask_b()

history.append({"role": "user", "text": "Thank you."})
messages = to_openai("model-a", stored["system"], history)
print("to A:", tally("model-a", False, history, messages))
answer = post(os.environ["OPENAI_BASE_URL"] + "/chat/completions",
              {"model": "model-a", "messages": messages, "max_completion_tokens": 300}, {"Authorization": "Bearer any"})
choice = answer["choices"][0]
print(f"   A: {choice['finish_reason']}, {choice['message']['content']}")
