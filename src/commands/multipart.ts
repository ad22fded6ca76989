import { randomUUID } from 'node:crypto';

/** One file on its way to a server. */
export interface Upload {
  /** Its name there, folders parted by slashes. */
  readonly name: string;
  /** Bytes; null = not known before it ends. */
  readonly size: number | null;
  read(): AsyncIterable<Uint8Array>;
}

export interface MultipartBody {
  readonly contentType: string;
  /** Bytes of the whole body; null = not known before it ends. */
  readonly length: number | null;
  chunks(): AsyncGenerator<Uint8Array>;
}

/**
 * A body of multipart/form-data (RFC 7578) with every file as a field `file`. Files are read when their turn comes, and never
 * held in memory.
 */
export function multipartOf(files: readonly Upload[], boundary = `benchcast-${randomUUID()}`): MultipartBody {
  const heads = files.map(({ name }, index) => Buffer.from(headOf(name, boundary, index === 0)));
  const end = Buffer.from(`${files.length === 0 ? '' : '\r\n'}--${boundary}--\r\n`);
  const parts = [...heads.map(({ length }) => length), ...files.map(({ size }) => size), end.length];
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0),
    async *chunks() {
      for (const [index, file] of files.entries()) {
        yield heads[index];
        yield* file.read();
      }
      yield end;
    },
  };
}

function headOf(name: string, boundary: string, isFirst: boolean): string {
  return [
    `${isFirst ? '' : '\r\n'}--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${escapeName(name)}"`,
    'Content-Type: application/octet-stream',
    '\r\n',
  ].join('\r\n');
}

/** As browsers write names (WHATWG). */
function escapeName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
