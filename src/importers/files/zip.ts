import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import type { Budget } from './budget.ts';
import { decompress } from './decompress.ts';
import type { StoredBytes } from './log-file.ts';
import { asUnreadable, unreadable } from './unreadable.ts';

const maxEntries = 200_000;
const stored = 0;
const methods: Readonly<Record<number, 'deflate' | 'zstd' | undefined>> = { 8: 'deflate', 93: 'zstd' };

export interface ZipEntry {
  /** As it stands in the archive, unchecked. */
  readonly name: string;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * The files in a zip archive: stored, deflate or Zstandard.
 * @param place the name of the archive, for complaints
 * @throws DomainError unreadable-log: cut off, damaged, encrypted, or compressed in another way
 */
export async function openZip(bytes: StoredBytes, budget: Budget, place: string): Promise<ZipEntry[]> {
  try {
    const archive = await yauzl.fromRandomAccessReaderPromise(new Reader(bytes), bytes.size, {
      lazyEntries: true,
      autoClose: false,
      decodeStrings: false,
      validateEntrySizes: false,
    });
    if (archive.entryCount > maxEntries) throw unreadable(place, `holds more than ${maxEntries} files`);
    const entries: ZipEntry[] = [];
    for await (const entry of archive.eachEntry()) {
      const name = decodeName(entry);
      if (!name.endsWith('/'))
        entries.push({ name, read: () => readEntry(archive, entry, budget, `${place}/${name}`) });
    }
    return entries;
  } catch (error) {
    throw asUnreadable(error, place, 'zip archive');
  }
}

async function* readEntry(
  archive: yauzl.ZipFile,
  entry: yauzl.Entry,
  budget: Budget,
  place: string,
): AsyncGenerator<Uint8Array> {
  const method = methods[entry.compressionMethod];
  if (entry.isEncrypted()) throw unreadable(place, 'is encrypted');
  if (method === undefined && entry.compressionMethod !== stored) {
    throw unreadable(
      place,
      `is compressed by method ${entry.compressionMethod}; deflate (8) and Zstandard (93) are read`,
    );
  }
  let size = 0;
  try {
    const raw = await archive.openReadStreamPromise(entry, { decodeFileData: false });
    const content = method === undefined ? budget.meter(raw, place) : decompress(raw, method, budget, place);
    for await (const chunk of content) {
      size += chunk.length;
      yield chunk;
    }
  } catch (error) {
    throw asUnreadable(error, place, 'zip archive');
  }
  if (size !== entry.uncompressedSize) {
    throw unreadable(place, `holds ${size} bytes, where the archive announces ${entry.uncompressedSize}`);
  }
}

/** Names are left undecoded by the reader, which would refuse those of samples with "../" in their ids. */
function decodeName(entry: yauzl.Entry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  return yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
}

class Reader extends yauzl.RandomAccessReader {
  readonly #bytes: StoredBytes;

  constructor(bytes: StoredBytes) {
    super();
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#bytes.stream(start, end);
  }
}
