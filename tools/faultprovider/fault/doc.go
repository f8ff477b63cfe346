// Package fault is a model provider that fails on request: an [net/http.Handler] that speaks the wire
// formats of OpenAI (Chat Completions, Responses, streaming, GET /v1/models) and Anthropic
// (Messages, streaming) well enough for their official SDKs, and does to each call what a
// [Plan] says.
//
//	srv := fault.New(fault.Config{Seed: 1, Plan: fault.Rate(0.25, fault.Status(503))})
//	url := fault.Start(t, srv) // on a loopback port, until the test ends
//	client := openai.NewClient(option.WithBaseURL(url+"/v1"), option.WithAPIKey("any"))
//	...
//	fmt.Println(srv.Stats().Calls, srv.Stats().OutputTokens)
//
// Package virtual runs the same server and a program in virtual time; the program in
// ../example shows the two together.
//
// # Faults and plans
//
// A [Fault] is what happens to one call. A [Plan] gives each call its fault; a Fault by itself is the
// plan that always has it. Plans nest: [Rate] and [Mix] pick by chance, [Schedule] by
// time, [Script] and [Every] by order of arrival, [Attempts] by how often the same request
// has been tried, [ByModel], [ByAPIKey] and [When] by what is asked; [All] lays plans over one
// another. What a good answer looks like and how long it takes is in the [Config].
//
// # Chance
//
// Every draw is a hash of the server's seed and name, the call's key and its attempt, so it depends
// neither on the clock nor on the order in which concurrent calls arrive. The key is the header
// X-Fault-Key, or else the request itself: different prompts draw independently, and a
// repeated prompt is the next attempt and draws anew. Only Script, Every and the
// [Limits] look at the order of arrival.
//
// # What is billed
//
// An answer with an error status bills nothing. All others bill the prompt when work on it begins
// and each token when it is generated: an answer that is abandoned, cut or lost bills what was
// generated until then, and a hang bills the prompt. A token is a word, in prompts and in answers.
//
// # What is checked
//
// Requests that the providers refuse are refused: a missing key, model, max_tokens or version
// header, a tool result without its call and a call without its result, and on the
// Anthropic side tool_use ids outside of `^[a-zA-Z0-9_-]+$`, thinking blocks with a signature
// that this server did not make, and temperature, top_p and top_k under API version 2026-10-21.
package fault
