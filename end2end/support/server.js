// A fresh `crier` on SQLite in an empty folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PROGRAM = process.env.CRIER_BIN ?? path.resolve(import.meta.dirname, '../../target/debug/crier');

/** Starts the program and waits until it answers: `{ url, setupLink, output(), stop() }`. */
export async function startServer({ env = {} } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'crier-end2end-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(PROGRAM, ['serve', '--listen', url.slice('http://'.length)], {
    cwd: folder,
    // The receiver of the tests listens on the loopback address, which is refused by default.
    env: { PATH: process.env.PATH, CRIER_OUTGOING__ALLOWED_NETWORKS: '127.0.0.0/8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let log = '';
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => (log += data));
  const ended = once(child, 'close');

  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    const [code] = await Promise.race([ended, pause(15_000, ['no end'], { ref: false })]);
    if (code !== 0) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`crier ended with ${code}:\n${log}`);
  };

  for (const start = Date.now(); !(await answers(`${url}/healthz`)); await pause(50)) {
    if (child.exitCode !== null || Date.now() - start > 30_000) {
      await stop().catch(() => {});
      throw new Error(`crier did not start:\n${stdout}${log}`);
    }
  }
  // Printed before the first answer of /healthz.
  const setupLink = stdout.match(/https?:\/\/\S+\/setup\S*/)?.[0];
  return { url, setupLink, output: () => stdout + log, stop };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
