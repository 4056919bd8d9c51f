// The server under test: a new data directory, a free port, and no settings from the environment.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_LIMIT_MS = 30_000;

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Starts `program`, and returns when it responds. The browser uses `url`, which names `host`; this program cannot resolve
 * that name and uses `local`.
 */
export async function start(program, host) {
  const directory = await mkdtemp(join(tmpdir(), "loggia-browser-"));
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const local = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("LOGGIA_"));
  const env = {
    ...Object.fromEntries(inherited),
    LOGGIA_BIND: `127.0.0.1:${port}`,
    LOGGIA_DATA_DIR: join(directory, "data"),
    LOGGIA_PUBLIC_URL: url,
    LOGGIA_LOG: "warn",
  };
  // Runs there, so that no `.env` of a checkout is read.
  const child = spawn(program, ["serve"], { cwd: directory, env, stdio: ["ignore", "ignore", "pipe"] });
  // Stops the server even if this program ends early.
  process.once("exit", () => child.kill("SIGKILL"));
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  };

  const outcome = await Promise.race([ended, answers(`${local}/readyz`)]);
  if (outcome !== true) {
    await stop();
    throw new Error(`the server did not start: ${outcome || "it does not respond"}\n${log}`);
  }
  return { url, local, stop, log: () => log };
}

async function answers(url) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
