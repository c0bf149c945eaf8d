import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { doctorHandles, doctorWs } from '@rtcstats-server/testing/doctored';
import { expect, it } from 'vitest';
import { fastPathProblem } from './self-check.ts';

const MODULE = new URL('self-check.ts', import.meta.url).href;
const PRINT = `import(${JSON.stringify(MODULE)}).then(async (check) => console.log(await check.fastPathProblem()))`;

/** The result of the self-check in a process that loads this module first. */
async function problemWith(preload: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', preload, '--eval', PRINT]);
  return stdout.trim();
}

it('has no objection to the Node.js and the ws that are installed', async () => {
  expect(await fastPathProblem()).toBeNull();
});

it.each([
  ['_receiver', 'WebSocket._receiver of ws is undefined'],
  ['_state', 'Receiver._state of ws is undefined where 0 is expected'],
  ['_bufferedBytes', 'Receiver._bufferedBytes of ws is undefined where 0 is expected'],
  ['_messageLength', 'Receiver._messageLength of ws is undefined where 0 is expected'],
  ['_fragmented', 'Receiver._fragmented of ws is undefined where 0 is expected'],
])('notices that ws has renamed %s', async (field, problem) => {
  const preload = await doctorWs((source) => source.replaceAll(new RegExp(`\\.${field}\\b`, 'g'), `.${field}2`));
  expect(await problemWith(preload)).toBe(problem);
});

it.each([
  ['the numbers of its states', 'const GET_INFO = 0;', 'const GET_INFO = 9;', '_state of ws is 9'],
  ['what it counts', 'this._bufferedBytes += chunk.length;', 'this._bufferedBytes += 1;', '_bufferedBytes of ws is'],
  ['when it counts', 'this._messageLength = this._totalPayloadLength;', '', '_messageLength of ws is 0'],
])('notices that ws has changed %s', async (_, from, to, problem) => {
  const preload = await doctorWs((source) => source.replace(from, to));
  expect(await problemWith(preload)).toContain(problem);
});

it('notices that Node.js has renamed the method that sets a buffer', async () => {
  expect(await problemWith(await doctorHandles())).toBe('Socket._handle.useUserBuffer of Node.js is undefined');
});
