// Opens the pages of a running Loggia in Chromium, uses them, and takes screenshots.
// Usage: node check.mjs PROGRAM CHROMIUM DIRECTORY

import assert from "node:assert/strict";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { start } from "./server.mjs";
import { SURFACES } from "./surfaces.mjs";
import { SwaggerUi } from "./swagger.mjs";

// Not a loopback name, because Swagger UI behaves differently for those (for one, it then contacts no validator on the
// internet). Chromium resolves the name to this machine, so no request leaves it.
const HOST = "accounts.example.test";

const [program, browserPath, directory] = process.argv.slice(2);
if (!directory) throw new Error("usage: node check.mjs PROGRAM CHROMIUM DIRECTORY");

/** Records every error the browser reports, and every request to another server. */
function watch(page, origin) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && asked !== origin) complaints.push(`asked ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} from ${response.url()}`);
  });
  return complaints;
}

/** Checks that the page at `/` lists every document and links to Swagger UI. */
async function visitEntrance(page, server, picture) {
  await page.goto(`${server.url}/`);
  for (const surface of SURFACES) {
    assert.equal(await page.locator(`a[href="/openapi/${surface.name}.json"]`).count(), 1, `/ names ${surface.name}`);
  }
  await picture("entrance");
  await page.locator('a[href="/docs/"]').first().click();
  await page.waitForURL("**/docs/**");
}

function operationsOf(document) {
  const methods = ["get", "post", "put", "patch", "delete"];
  return Object.values(document.paths).flatMap((item) => methods.filter((method) => item[method]));
}

/** Uses one document, from choosing it to reading the own profile. */
async function walk(ui, server, surface, picture) {
  const address = `/openapi/${surface.name}.json`;
  const document = await (await fetch(server.local + address)).json();
  await ui.choose(address, document.info.title);
  const shown = await ui.operations();
  assert.equal(shown, operationsOf(document).length, `operations of ${surface.name} that are shown`);
  assert.ok(!(await ui.tags()).includes("default"), `${surface.name} has operations without a tag`);
  await picture(`${surface.name}-1-overview`);

  const { register, logIn, own, by } = surface;
  const person = { ...(await ui.example(register)), ...own };
  const registered = await ui.execute(register, person);
  await picture(`${surface.name}-2-registered`, registered.box);
  const credentials = { ...(await ui.example(logIn)), [by]: person[by], password: person.password };
  const loggedIn = await ui.execute(logIn, credentials);
  await picture(`${surface.name}-3-logged-in`, loggedIn.box);
  await ui.authorize(surface.token(loggedIn.answer), () => picture(`${surface.name}-4-authorized`));
  const profile = await ui.execute(surface.profile);
  assert.equal(surface.email(profile.answer), own.email, `the profile on ${surface.name}`);
  await picture(`${surface.name}-5-profile`, profile.box);
  await ui.forget();
  console.log(`${surface.name}: ${shown} operations under ${(await ui.tags()).join(", ")}`);
}

/** Checks the page of v1 alone, at the path that clients of that surface know. */
async function visitV1(page, server, picture) {
  await page.goto(`${server.url}/api/v1/docs`);
  await page.locator(".opblock").first().waitFor();
  await picture("v1-alone");
}

const server = await start(program, HOST);
const browser = await chromium.launch({
  executablePath: browserPath,
  args: [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
    // As behind TLS in production.
    `--unsafely-treat-insecure-origin-as-secure=${server.url}`,
  ],
});
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
page.setDefaultTimeout(15_000);
const complaints = watch(page, server.url);
let pictures = 0;

/** Takes a screenshot of a box; without a box, of the whole page, or of its visible part if a dialog is open. */
async function picture(name, box) {
  const path = join(directory, `${name}.png`);
  const isDialog = (await page.locator(".dialog-ux").count()) > 0;
  await (box ? box.screenshot({ path }) : page.screenshot({ path, fullPage: !isDialog }));
  pictures += 1;
}

try {
  await visitEntrance(page, server, picture);
  const ui = new SwaggerUi(page);
  await page.locator(".opblock").first().waitFor();
  assert.deepEqual(await ui.documents(), SURFACES.map(({ name }) => `/openapi/${name}.json`), "the selector");
  for (const surface of SURFACES) await walk(ui, server, surface, picture);
  await visitV1(page, server, picture);

  assert.deepEqual(complaints, [], "what the browser complained of");
  console.log(`${SURFACES.length} documents, ${pictures} pictures in ${directory}, no complaint`);
} catch (error) {
  // Print everything the browser and the server reported, because the run cannot be observed later.
  await picture("failure").catch(() => undefined);
  console.error(`${error.message}\n(see ${join(directory, "failure.png")})`);
  if (complaints.length) console.error(`The browser complained:\n${complaints.join("\n")}`);
  if (server.log()) console.error(`The server's log:\n${server.log()}`);
  process.exitCode = 1;
} finally {
  await browser.close();
  await server.stop();
}
