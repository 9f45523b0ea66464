// Holds generated definitions against asl-validator: cases as JSON lines on standard input.
//
//   asl-conformance generate -n 200000 --seed 1 | node check.mjs
//
// Where a rule of asl-validator contradicts AWS, `contradictions.json` says so, with the evidence: `at` fits the
// schema's path and `place` that of the value, `refuses` is what it refuses in the JSON text of the value. That is replaced by `accepted`, and the
// definition is checked again: asl-validator reports only the errors that lie deepest, so that an explained one could
// hide another. Exit code 0: every definition is accepted, or
// refused by such rules alone; 1: some definition is refused without an explanation; they are printed.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { load } from "./validator.mjs";

const PRINTED_MAX = Number(process.env.PRINTED_MAX ?? 10);
const REPAIRS_MAX = 500;

const validate = load({ slow: process.argv.includes("--slow") });
const contradictions = JSON.parse(readFileSync(new URL("contradictions.json", import.meta.url), "utf8")).map(
  (entry) => ({
    ...entry,
    at: new RegExp(entry.at),
    place: new RegExp(entry.place ?? ""),
    refuses: new RegExp(entry.refuses, "g"),
    definitions: 0,
  }),
);
const counts = { definitions: 0, accepted: 0, explained: 0, unexplained: 0 };

for await (const line of createInterface({ input: process.stdin })) {
  const found = JSON.parse(line);
  for (const machine of found.machines) check(found.name, machine.definition);
}
report();

function check(name, definition) {
  counts.definitions += 1;
  const { used, left } = examine(definition);
  for (const entry of used) entry.definitions += 1;
  if (left.length > 0) {
    counts.unexplained += 1;
    if (counts.unexplained <= PRINTED_MAX) print(name, definition, left);
  } else if (used.size > 0) {
    counts.explained += 1;
  } else {
    counts.accepted += 1;
  }
}

// Which contradictions explain why a definition is refused, and what is left that none explains.
function examine(definition) {
  const used = new Set();
  for (let repairs = 0; repairs < REPAIRS_MAX; repairs += 1) {
    const { errors } = validate(definition);
    const repaired = errors.filter((error) => repair(definition, error, used));
    if (repaired.length === 0) return { used, left: errors };
  }
  return { used, left: [{ Message: `not accepted after ${REPAIRS_MAX} repairs` }] };
}

// The error that lies deepest may tell only that a state is of no other type either: then what is refused is further out.
function repair(definition, { schemaError }, used) {
  if (!schemaError) return false;
  const { schemaPath, instancePath } = schemaError;
  for (const { parent, key } of placesOf(definition, instancePath)) {
    const text = JSON.stringify(parent[key]);
    const fits = ({ at, place, refuses }) =>
      at.test(schemaPath) && place.test(instancePath) && text.search(refuses) >= 0;
    const entry = contradictions.find(fits);
    if (!entry) continue;
    parent[key] = JSON.parse(text.replace(entry.refuses, entry.accepted));
    used.add(entry);
    return true;
  }
  return false;
}

// The refused value, and what is around it, up to the state.
function placesOf(definition, instancePath) {
  const places = [];
  let parent = definition;
  for (const key of instancePath.split("/").slice(1).map(unescaped)) {
    if (parent?.[key] === undefined) return [];
    if (parent[key]?.Type !== undefined) places.length = 0;
    places.unshift({ parent, key });
    parent = parent[key];
  }
  return places;
}

function unescaped(step) {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function print(name, definition, errors) {
  console.log(`${name} is refused:`);
  for (const error of errors) {
    console.log(`  ${error["Error code"]}: ${error.Message} (${error.schemaError?.schemaPath ?? "a rule in code"})`);
  }
  console.log(`  ${JSON.stringify(definition)}`);
}

function report() {
  const { definitions, accepted, explained, unexplained } = counts;
  console.log(`${definitions} definitions: ${accepted} accepted, ${explained} refused by rules that contradict AWS, ` +
    `${unexplained} refused without an explanation`);
  for (const entry of contradictions) {
    console.log(`${String(entry.definitions).padStart(8)} ${entry.rule}`);
  }
  if (definitions === 0) console.log("no case came in");
  process.exitCode = unexplained > 0 || definitions === 0 ? 1 : 0;
}
