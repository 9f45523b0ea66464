// Opens a report in Chromium as a reader does: node check.mjs REPORT.html LOG.jsonl...
//
// Checks that nothing is complained about, that each picture has the transitions of its definition, that filters and
// links work from the keyboard, that axe finds no serious violation, and that the page answers in time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, ...logs] = process.argv.slice(2);
const url = pathToFileURL(resolve(report)).href;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const interactiveMax = Number(process.env.INTERACTIVE_MS_MAX ?? 2000);

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const complaints = [];

async function open(options, fragment = "") {
  const page = await browser.newPage(options);
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) complaints.push(`the page asked for ${request.url()}`);
  });
  await page.goto(url + fragment);
  return page;
}

// The transitions of a definition, read off it here and not by the program under test.
function transitions(definition, found = []) {
  const states = definition.States ?? {};
  const add = (kind, from, to) => { if (to in states || to === "End") found.push(`${kind} ${from} > ${to}`); };
  add("start", "Start", definition.StartAt);
  for (const [name, state] of Object.entries(states)) {
    for (const rule of state.Choices ?? []) add("choice", name, rule.Next);
    if (state.Default) add("default", name, state.Default);
    if (state.Next) add("next", name, state.Next);
    for (const catcher of state.Catch ?? []) add("catch", name, catcher.Next);
    if (state.End === true || ["Succeed", "Fail"].includes(state.Type)) found.push(`end ${name} > End`);
    for (const inner of [...(state.Branches ?? []), state.ItemProcessor ?? state.Iterator]) {
      if (inner?.States) transitions(inner, found);
    }
  }
  return found.sort();
}

async function checkPictures(page) {
  const pictures = await page.evaluate(() => [...document.querySelectorAll(".machine")].map((machine) => ({
    part: machine.closest(".part").id,
    definition: machine.querySelector(".definition").textContent,
    edges: [...machine.querySelectorAll(".graph .edge")].map(({ dataset }) => `${dataset.kind} ${dataset.from} > ${dataset.to}`),
    drawn: machine.querySelector(".graph") !== null,
  })));
  let checked = 0;
  for (const { part, definition, edges, drawn } of pictures) {
    let document;
    try { document = JSON.parse(definition); } catch { continue; } // shortened, or no JSON on purpose
    if (!drawn || typeof document !== "object" || document === null) continue;
    assert.deepEqual(edges.sort(), transitions(document), `the picture in ${part}`);
    checked += 1;
  }
  assert.ok(checked > 0, "no picture was there to check");
  return checked;
}

async function checkKeyboard(page) {
  const visible = () => page.locator(".part:visible").count();
  const all = await visible();
  await page.keyboard.press("/");
  await page.keyboard.type("zzz nothing is called this");
  assert.equal(await visible(), 0, "a search for nothing shows nothing");
  assert.match(await page.locator("#shown").textContent(), /^0 of \d+ differences$/);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("Delete");
  assert.equal(await visible(), all, "an empty search shows everything");
  const facet = await page.locator(".part").first().getAttribute("data-facet");
  await page.locator("#facet").focus();
  await page.keyboard.type(facet);
  const of = await page.locator(`.part[data-facet="${facet}"]`).count();
  assert.equal(await visible(), of, `the filter shows what differs in ${facet}`);
  assert.match(page.url(), new RegExp(`#facet=${facet}$`));
  await page.locator("#filters button[type=reset]").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((count) => document.querySelectorAll(".part:not([hidden])").length === count, all);
  const first = page.locator(".part").first();
  await first.locator("> summary").focus();
  await page.keyboard.press("Enter");
  assert.ok(await first.evaluate((part) => part.open), "Enter opens a part");
  const cell = page.locator(".heat td a").first();
  if (await cell.count()) {
    await cell.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "differences");
    assert.ok(await visible() > 0 && await visible() <= all, "a cell of the heat map leads to its differences");
  }
}

async function checkSort(page) {
  await page.locator("#sort").selectOption("cases");
  const counts = await page.locator(".part").evaluateAll((parts) => parts.map((part) => Number(part.dataset.cases)));
  assert.deepEqual(counts, [...counts].sort((one, other) => other - one), "sorted by cases");
}

async function checkLinks() {
  const page = await open({});
  const id = await page.locator(".part").last().getAttribute("id");
  await page.close();
  const linked = await open({}, `#${id}`);
  await linked.waitForFunction((part) => document.activeElement.parentElement?.id === part, id);
  assert.ok(await linked.locator(`[id="${id}"]`).evaluate((part) => part.open), "a link opens its part");
  assert.equal(await linked.evaluate(() => document.activeElement.parentElement.id), id, "and puts the focus there");
  await linked.close();
}

async function checkAccess(options) {
  const page = await open(options);
  await page.locator(".part").evaluateAll((parts) => parts.slice(0, 3).forEach((part) => { part.open = true; }));
  // The policy of the page forbids other scripts; the debugger may add one all the same.
  const results = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
  const serious = results.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  const lines = serious.map(({ id, help, nodes }) => `${id}: ${help}, for instance ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`);
  assert.deepEqual(lines, [], "axe");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than the window`);
  await page.close();
}

async function checkNumbers(page) {
  const records = logs.flatMap((log) => readFileSync(log, "utf8").split("\n").filter((line) => line.startsWith('{"case"')));
  const agree = records.filter((line) => JSON.parse(line).case.verdict === "agree").length;
  const shown = await page.locator(".legend li").allTextContents();
  const sum = shown.filter((text) => text.endsWith(" agree")).reduce((all, text) => all + parseInt(text, 10), 0);
  assert.equal(sum, agree, "the page counts what the logs hold");
}

// From the navigation to the end of the script; the best of three, since other programs run too.
async function timeToInteractive() {
  const times = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const page = await open({ viewport: { width: 1280, height: 900 } });
    await page.locator("#shown").filter({ hasText: "differences" }).waitFor();
    times.push(await page.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd));
    await page.close();
  }
  return Math.round(Math.min(...times));
}

try {
  const interactive = await timeToInteractive();
  const page = await open({ viewport: { width: 1280, height: 900 } });
  const pictures = await checkPictures(page);
  if (logs.length) await checkNumbers(page);
  await checkKeyboard(page);
  await checkSort(page);
  await page.close();
  await checkLinks();
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) await checkAccess({ colorScheme, viewport: { width, height: 900 } });
  }
  assert.deepEqual(complaints, [], "the console");
  assert.ok(interactive <= interactiveMax, `interactive after ${interactive} ms, more than ${interactiveMax}`);
  console.log(`${report}: interactive after ${interactive} ms, ${pictures} pictures as their definitions`);
} finally {
  await browser.close();
}
