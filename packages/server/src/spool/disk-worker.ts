import { appendFileSync, constants, ftruncateSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { errorCode } from '../errors/error-code.ts';
import { serveOperations } from '../threads/serve-operations.ts';
import type { Append, DiskOperation, DiskThreadData, Mark, Share, Write } from './disk-operations.ts';
import { closeQuietly, openFile, reserveDescriptors, withFile } from './with-file.ts';

/** Writes are joined up to this size, in bytes; a file is rarely written with more at once. */
const GATHERED_BYTES = 128 * 1024;

/** The file of a block, while it is open. */
interface BlockFile {
  readonly fd: number;
  written: number;
}

const { directory } = workerData as DiskThreadData;
const blocks = new Map<number, Buffer>();
const blockFiles = new Map<number, BlockFile>();
const gathered = Buffer.allocUnsafeSlow(GATHERED_BYTES);

// Before connections can use up all descriptors.
reserveDescriptors();
serveOperations(execute);

function execute(operation: DiskOperation): void {
  switch (operation.do) {
    case 'share':
      share(operation);
      break;
    case 'append':
      append(operation);
      break;
    case 'retire':
      retire(operation.block);
      break;
    case 'write':
      write(operation);
      break;
    case 'mark':
      mark(operation);
      break;
    case 'rename':
      renameSync(join(directory, operation.from), join(directory, operation.to));
      break;
    case 'remove':
      remove(operation.name);
      break;
    default:
      operation satisfies never;
  }
}

function share({ block, memory }: Share): void {
  if (memory === null) blocks.delete(block);
  else blocks.set(block, Buffer.from(memory));
}

function append({ block, name, end }: Append): void {
  let file = blockFiles.get(block);
  if (file === undefined) {
    file = { fd: openFile(join(directory, name), 'wx'), written: 0 };
    blockFiles.set(block, file);
  }
  let done = file.written;
  try {
    while (done < end) done += writeSync(file.fd, blocks.get(block)!, done, end - done, done);
    file.written = done;
  } catch (error) {
    // Back to the end of the last complete write, so that the file stays readable and can be appended to.
    if (done > file.written) ftruncateSync(file.fd, file.written);
    throw error;
  }
}

function retire(block: number): void {
  const file = blockFiles.get(block);
  if (file === undefined) return;
  blockFiles.delete(block);
  closeQuietly(file.fd);
}

function write({ name, position, parts }: Write): void {
  const bytes = gather(parts);
  // If somebody removed the file meanwhile, a new one would begin in the middle of the dump.
  const flags = position === 0 ? constants.O_WRONLY | constants.O_CREAT : constants.O_WRONLY;
  withFile(join(directory, name), flags, (fd) => {
    // A write may be short; writing the rest then fails with the reason, such as ENOSPC. Each write names its position,
    // so that the next attempt overwrites what an earlier one left.
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(fd, bytes, done, bytes.length - done, position + done);
    }
  });
}

/** Joins the parts; the result is valid until the next call. */
function gather(parts: Write['parts']): Uint8Array {
  const slices: Uint8Array[] = [];
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    if (typeof part === 'number')
      slices.push(blocks.get(part)!.subarray(Number(parts[++index]), Number(parts[++index])));
    else slices.push(part);
  }
  if (slices.length === 1) return slices[0]!;
  const total = slices.reduce((sum, { length }) => sum + length, 0);
  const bytes = total <= gathered.length ? gathered : Buffer.allocUnsafe(total);
  let end = 0;
  for (const slice of slices) {
    bytes.set(slice, end);
    end += slice.length;
  }
  return bytes.subarray(0, total);
}

function mark({ name, text }: Mark): void {
  appendFileSync(join(directory, name), text, { mode: 0o600 });
}

function remove(name: string): void {
  try {
    unlinkSync(join(directory, name));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
