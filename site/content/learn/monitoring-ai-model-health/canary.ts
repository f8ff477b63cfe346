import OpenAI from "openai";

// region: canary
const openai = new OpenAI({ maxRetries: 0 });
const deadline = 5_000; // ms for the whole answer

// Asks as your users' requests do, as a stream, and judges the answer.
async function canary(question: string, want: string) {
  const start = performance.now();
  const signal = AbortSignal.timeout(deadline);
  let first = 0; // ms; 0: no chunk came
  let answer = "";
  let finish = "";
  let error = ""; // a short class for error.type; "": usable
  try {
    const stream = await openai.chat.completions.create(
      {
        model: "model",
        messages: [{ role: "user", content: question }],
        stream: true,
      },
      { signal },
    );
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content ?? "";
      if (text && !first) first = performance.now() - start;
      answer += text;
      finish = choices[0]?.finish_reason ?? finish;
    }
    if (finish !== "stop") error = "incomplete";
    else if (!answer.includes(want)) error = "wrong_answer";
  } catch (err) {
    const status = err instanceof OpenAI.APIError ? err.status : undefined;
    error = status ? String(status) : "stream";
  }
  // The signal may end the loop without an exception.
  if (signal.aborted) error = "timeout";
  return { error, first, took: performance.now() - start };
}
// endregion: canary

for (let i = 1; i <= 7; i++) {
  const { error } = await canary(`Check ${i}: what is the capital of France?`, "Paris");
  console.log(`${i}. ${error || "usable"}`);
}
