// The same with five secrets, one call a secret, as the deployment guide has it: read before the first request.
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

const NAMES = [
  "openai-api-key",
  "aoma-assistant-id",
  "next-public-supabase-url",
  "supabase-service-role-key",
  "elevenlabs-api-key",
];

const ssm = new SSMClient();
for (const name of NAMES) {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/mcp-server/${name}`, WithDecryption: true }));
  if (!Parameter?.Value) throw new Error(`${name} has no value`);
}

export { handler } from "./node.mjs";
