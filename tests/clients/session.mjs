// One session of an official TypeScript SDK: `node session.mjs PLAN`, where PLAN is JSON {sdk, mode, transport, target, steps}.
// Prints what the client saw as one JSON object; judging it is left to the tests.
import { connect } from './connect.mjs';

const STEP_MS = 15_000;

const operations = {
  tools: (client) => client.listTools(),
  call: (client, step) => client.callTool({ name: step.name, arguments: step.arguments }),
  resources: (client) => client.listResources(),
  read: (client, step) => client.readResource({ uri: step.uri }),
  templates: (client) => client.listResourceTemplates(),
  prompts: (client) => client.listPrompts(),
  prompt: (client, step) => client.getPrompt({ name: step.name, arguments: step.arguments }),
  complete: (client, step) => client.complete({ ref: step.ref, argument: step.argument }),
};

async function outcome(client, step) {
  try {
    return { value: await within(STEP_MS, operations[step.do](client, step)) };
  } catch (fault) {
    return { error: String(fault) };
  }
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const plan = JSON.parse(process.argv[2]);
const { client, version } = await within(STEP_MS, connect(plan));
const seen = {
  server: client.getServerVersion(),
  capabilities: client.getServerCapabilities(),
  version: version(),
  steps: {},
};
for (const step of plan.steps) seen.steps[step.label] = await outcome(client, step);
await within(STEP_MS, client.close());
seen.closed = true;
process.stdout.write(JSON.stringify(seen) + '\n', () => process.exit(0));
