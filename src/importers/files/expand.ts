import { Readable } from 'node:stream';
import tar from 'tar-stream';
import type { Budget } from './budget.ts';
import { compressionOf, decompress } from './decompress.ts';
import { checkEntryName, isJunk } from './entry-names.ts';
import type { LogFile, StoredBytes } from './log-file.ts';
import type { Spool } from './spool.ts';
import { asUnreadable, unreadable } from './unreadable.ts';
import { openZip, type ZipEntry } from './zip.ts';

/** Archives in archives: a zip of .eval files in a tar.gz, and no deeper. */
const maxDepth = 3;
const maxFiles = 100_000;
const tarMagicOffset = 257;
const headLength = 512;

/** What unpacking needs. */
export interface Unpacking {
  readonly spool: Spool;
  readonly budget: Budget;
}

/**
 * The files in what was given: archives (zip, tar, tar.gz) give their entries, compressed files (gzip, Zstandard) their
 * content. A zip that is itself a log stays one file.
 * @param isLog whether the entries of a zip make it a log
 * @throws DomainError unreadable-log
 */
export async function expand(
  given: readonly LogFile[],
  unpacking: Unpacking,
  isLog: (names: readonly string[]) => boolean,
): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const file of given) await expandInto(files, file, unpacking, isLog, 0);
  return files;
}

async function expandInto(
  files: LogFile[],
  file: LogFile,
  unpacking: Unpacking,
  isLog: (names: readonly string[]) => boolean,
  depth: number,
): Promise<void> {
  if (files.length >= maxFiles) throw unreadable(file.path, `is one of more than ${maxFiles} files`);
  const head = await readHead(file, headLength);
  const compression = compressionOf(head);
  if (compression !== null) {
    const path = file.path.replace(/\.(gz|zst|tgz)$/i, '');
    const content = unpacked(path, file, compression, unpacking);
    if (compressionOf(await readHead(content, headLength)) !== null) {
      throw unreadable(file.path, 'is compressed twice: unpack it once');
    }
    await expandInto(files, content, unpacking, isLog, depth);
    return;
  }
  const archive = archiveOf(head);
  if (archive === null) {
    files.push(file);
    return;
  }
  if (depth === maxDepth) throw unreadable(file.path, `is an archive more than ${maxDepth} archives deep`);
  const entries = archive === 'zip' ? await zipEntries(file, unpacking, isLog) : tarEntries(file, unpacking);
  if (entries === null) files.push(file);
  else for await (const entry of entries) await expandInto(files, entry, unpacking, isLog, depth + 1);
}

function archiveOf(head: Uint8Array): 'zip' | 'tar' | null {
  const text = (start: number, end: number) => Buffer.from(head.subarray(start, end)).toString('latin1');
  if (/^PK(\x03\x04|\x05\x06)/.test(text(0, 4))) return 'zip';
  return text(tarMagicOffset, tarMagicOffset + 5) === 'ustar' ? 'tar' : null;
}

/** null for a zip that is a log. */
async function zipEntries(
  file: LogFile,
  unpacking: Unpacking,
  isLog: (names: readonly string[]) => boolean,
): Promise<LogFile[] | null> {
  const entries = await openZip(await file.stored(), unpacking.budget, file.path);
  if (isLog(entries.map(({ name }) => name))) return null;
  return entries
    .filter(({ name }) => !isJunk(name))
    .map((entry) => zipFile(checkEntryName(entry.name, file.path), entry, unpacking));
}

function zipFile(path: string, entry: ZipEntry, { spool }: Unpacking): LogFile {
  return { path, read: () => entry.read(), stored: () => spool.add(entry.read()) };
}

async function* tarEntries(file: LogFile, { spool }: Unpacking): AsyncGenerator<LogFile> {
  const source = Readable.from(file.read(), { objectMode: false });
  const extract = tar.extract();
  source.on('error', (error) => extract.destroy(error));
  try {
    for await (const entry of source.pipe(extract)) {
      const { name, type } = entry.header;
      if (type === 'file' && !isJunk(name)) {
        const path = checkEntryName(name, file.path);
        yield storedFile(path, await spool.add(entry as AsyncIterable<Uint8Array>));
      } else {
        entry.resume();
      }
    }
  } catch (error) {
    throw asUnreadable(error, file.path, 'tar archive');
  } finally {
    source.destroy();
  }
}

/** A file of bytes at rest. */
export function storedFile(path: string, bytes: StoredBytes): LogFile {
  return { path, read: () => bytes.stream(0, bytes.size), stored: async () => bytes };
}

function unpacked(
  path: string,
  file: LogFile,
  compression: 'gzip' | 'zstd',
  { budget, spool }: Unpacking,
): LogFile {
  const read = () => decompress(file.read(), compression, budget, file.path);
  return { path, read, stored: () => spool.add(read()) };
}

/** The first bytes of a file, fewer where it has fewer. */
export async function readHead(file: LogFile, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file.read()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= length) break;
  }
  return Buffer.concat(chunks).subarray(0, length);
}
