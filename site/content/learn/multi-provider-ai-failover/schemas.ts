// Shows what the two official SDKs make of the same JSON schema.
import { transformJSONSchema } from "@anthropic-ai/sdk/lib/transform-json-schema";
import { toStrictJsonSchema } from "openai/lib/transform";

// region: schemas

const prepare = { OpenAI: toStrictJsonSchema, Anthropic: transformJSONSchema };

function show(title: string, schema: any) {
  console.log(title);
  for (const [sdk, transform] of Object.entries(prepare)) {
    try {
      const sent: any = transform(structuredClone(schema));
      console.log(`  ${sdk} sends`);
      for (const [name, property] of Object.entries(sent.properties)) {
        const must = sent.required.includes(name) ? "required" : "optional";
        console.log(`    ${name}, ${must}: ${JSON.stringify(property)}`);
      }
    } catch (err) {
      const why = (err as Error).message.slice(0, 50);
      console.log(`  ${sdk} refuses: ${why}...`);
    }
  }
}

const stars = { type: "integer", minimum: 1, maximum: 5 };
const review = (note: object) => ({
  type: "object",
  properties: { stars, note },
  required: ["stars"],
});
show("stars from 1 to 5, note optional", review({ type: "string" }));
show("the same, note may be null", review({ type: ["string", "null"] }));

// endregion: schemas
