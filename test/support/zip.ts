import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';

/** An entry as it is to stand in an archive, right or wrong. */
export interface ZipSource {
  readonly name: string;
  readonly content?: string | Buffer;
  /** 0 stored, 8 deflate, 93 Zstandard; any other is written with the plain content. */
  readonly method?: number;
  /** Zstandard only: so many frames, one after the other. */
  readonly frames?: number;
  readonly isEncrypted?: boolean;
  /** Uncompressed size to announce in place of the true one. */
  readonly announced?: number;
  /** What stands in the archive in place of the compressed content. */
  readonly packed?: Buffer;
}

const localSignature = 0x04034b50;
const centralSignature = 0x02014b50;
const endSignature = 0x06054b50;
const utf8Flag = 0x0800;
const mostShortEntries = 0xffff;

/** A zip archive; with more than 65,535 entries by the 64-bit records. */
export function writeZip(sources: readonly ZipSource[]): Buffer {
  const bodies: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const source of sources) {
    const content = Buffer.from(source.content ?? '');
    const method = source.method ?? 8;
    const packed = source.packed ?? pack(content, method, source.frames ?? 1);
    const name = Buffer.from(source.name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(utf8Flag | Number(source.isEncrypted === true), 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(source.announced ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([signature(localSignature), fields, name, packed]);
    bodies.push(local);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([signature(centralSignature), Buffer.from([20, 0]), fields, tail, name]));
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...bodies, directory, ...ends(sources.length, directory.length, offset)]);
}

function pack(content: Buffer, method: number, frames: number): Buffer {
  if (method === 8) return deflateRawSync(content);
  if (method !== 93) return content;
  const length = Math.max(1, Math.ceil(content.length / frames));
  const parts = Array.from({ length: frames }, (_, k) => content.subarray(k * length, (k + 1) * length));
  return Buffer.concat(parts.map((part) => zstdCompressSync(part)));
}

function ends(count: number, size: number, offset: number): Buffer[] {
  const isLong = count > mostShortEntries;
  const end = Buffer.alloc(18);
  const shown = isLong ? mostShortEntries : count;
  end.writeUInt16LE(shown, 4);
  end.writeUInt16LE(shown, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(isLong ? 0xffffffff : offset, 12);
  const short = Buffer.concat([signature(endSignature), end]);
  if (!isLong) return [short];
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator, short];
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
