import { complaint } from '../complaint.ts';
import { utf8Pieces } from './decode.ts';

/** A quote that never closes must not gather the whole body. */
const maxRecordBytes = 64 * 1024 * 1024;
/** More than a history may have items: kept, millions of empty fields would fill the memory before anybody counts them. */
const maxColumns = 2_000_000;

const [comma, quote, lineFeed, carriageReturn, zero] = Buffer.from(',"\n\r0');
const firstBytes = 128 * 1024;
const firstColumns = 16;

/** What is in a field that is neither "0" nor "1": nothing, or something. */
export const blank = -1;
export const otherText = -2;

/** A record whose fields stay bytes until somebody asks for their text. It is good until the next one is read. */
export interface CsvRecord {
  /** How many fields it has. */
  readonly length: number;
  /** The one it ends on, from 1. */
  readonly line: number;
  /** 0 or 1 where that is all a field says, else one of `blank` and `otherText`. */
  bit(field: number): number;
  /** Whether a field is the same, byte by byte, as what lies at a place. */
  equals(field: number, bytes: Uint8Array, start: number, end: number): boolean;
  bytes(field: number): Uint8Array;
  text(field: number): string;
}

/**
 * Reads CSV as RFC 4180 has it. Lines end as the first one does: CRLF, LF or CR. Empty ones are passed over.
 * @throws DomainError malformed-body: not UTF-8, quotes that do not fit, an endless record; too-large: too many columns
 */
export async function readCsv(
  bytes: AsyncIterable<Uint8Array>,
  onRecord: (record: CsvRecord) => void,
): Promise<void> {
  const scanner = new Scanner(onRecord);
  for await (const piece of utf8Pieces(bytes)) scanner.push(piece);
  scanner.end();
}

/**
 * Goes over every byte once. The record that is being read lies in one piece of memory; when all of it is there, it is
 * told, and the next one begins behind it.
 */
class Scanner implements CsvRecord {
  readonly #onRecord: (record: CsvRecord) => void;
  #bytes: Buffer = Buffer.allocUnsafeSlow(firstBytes);
  #filled = 0;
  /** Where reading goes on. */
  #at = 0;
  #recordStart = 0;
  #fieldStart = 0;
  /** Where fields begin and end, by turns, counted from where the record begins. */
  #bounds = new Int32Array(2 * firstColumns);
  #columns = 0;
  #isInQuotes = false;
  /** Where the content of a quoted field ends: it moves up over the quotes that fall away. -1 of one without. */
  #contentEnd = -1;
  #line = 1;
  #terminator: 'crlf' | 'lf' | 'cr' | undefined;

  constructor(onRecord: (record: CsvRecord) => void) {
    this.#onRecord = onRecord;
  }

  get length(): number {
    return this.#columns;
  }

  get line(): number {
    return this.#line;
  }

  bit(field: number): number {
    const start = this.#bounds[2 * field];
    const length = this.#bounds[2 * field + 1] - start;
    if (length !== 1) return length === 0 ? blank : otherText;
    const bit = this.#bytes[this.#recordStart + start] - zero;
    // Whether it is 0 or 1 in one question: processors guess wrong half the time which of the two it is.
    return bit >>> 1 === 0 ? bit : otherText;
  }

  equals(field: number, others: Uint8Array, start: number, end: number): boolean {
    const from = this.#recordStart + this.#bounds[2 * field];
    if (this.#recordStart + this.#bounds[2 * field + 1] - from !== end - start) return false;
    const bytes = this.#bytes;
    // Names that are listed one after the other differ at their ends.
    for (let at = end - 1; at >= start; at--) if (others[at] !== bytes[from + at - start]) return false;
    return true;
  }

  bytes(field: number): Uint8Array {
    const start = this.#recordStart;
    return this.#bytes.subarray(start + this.#bounds[2 * field], start + this.#bounds[2 * field + 1]);
  }

  text(field: number): string {
    const start = this.#recordStart;
    return this.#bytes.toString('utf8', start + this.#bounds[2 * field], start + this.#bounds[2 * field + 1]);
  }

  push(piece: Buffer): void {
    this.#makeRoom(piece.length);
    piece.copy(this.#bytes, this.#filled);
    this.#filled += piece.length;
    this.#scan(false);
    if (this.#filled - this.#recordStart > maxRecordBytes) {
      throw complaint('malformed-body', `line ${this.#line}`, `is longer than ${maxRecordBytes} bytes`);
    }
  }

  end(): void {
    this.#scan(true);
    if (this.#isInQuotes) throw this.#misquoted('a quote is never closed');
    const isFieldOpen = this.#fieldStart < this.#filled || this.#contentEnd !== -1;
    if (this.#columns > 0 || isFieldOpen) this.#endRecord(this.#filled);
  }

  /** Moves the record that is being read to the front, and makes place behind it. */
  #makeRoom(more: number): void {
    const shift = this.#recordStart;
    const kept = this.#bytes.subarray(shift, this.#filled);
    const needed = kept.length + more;
    if (needed > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    }
    kept.copy(this.#bytes);
    this.#filled = kept.length;
    this.#recordStart = 0;
    this.#at -= shift;
    this.#fieldStart -= shift;
    if (this.#contentEnd !== -1) this.#contentEnd -= shift;
  }

  /** @param isLast nothing comes after what is there */
  #scan(isLast: boolean): void {
    const bytes = this.#bytes;
    const filled = this.#filled;
    if (this.#isInQuotes && !this.#readQuoted(isLast)) return;
    let at = this.#at;
    while (at < filled) {
      // Of all bytes that mean something the comma comes last.
      while (at < filled && bytes[at] > comma) at++;
      if (at === filled) break;
      const byte = bytes[at];
      if (byte === comma) {
        this.#endField(at++);
        this.#fieldStart = at;
      } else if (byte === quote && at === this.#fieldStart && this.#contentEnd === -1) {
        this.#isInQuotes = true;
        this.#contentEnd = at;
        this.#at = at + 1;
        if (!this.#readQuoted(isLast)) return;
        at = this.#at;
      } else {
        const length = this.#terminatorLength(at, isLast);
        if (length === undefined) break;
        if (length > 0) this.#endRecord(at);
        else this.#checkPlain(byte);
        at += Math.max(1, length);
        if (length > 0) this.#beginRecord(at);
      }
    }
    this.#at = at;
  }

  /** Reads on within quotes, as far as they go. @returns whether they closed */
  #readQuoted(isLast: boolean): boolean {
    const bytes = this.#bytes;
    const filled = this.#filled;
    let at = this.#at;
    let end = this.#contentEnd;
    for (; at < filled; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        const isCut = at + 1 === filled;
        if (isCut && !isLast) break;
        if (isCut || bytes[at + 1] !== quote) {
          this.#isInQuotes = false;
          at++;
          break;
        }
        at++;
      } else if (byte === lineFeed || byte === carriageReturn) {
        this.#line++;
      }
      bytes[end++] = byte;
    }
    this.#at = at;
    this.#contentEnd = end;
    if (!this.#isInQuotes && at < filled && bytes[at] > comma) this.#checkPlain(bytes[at]);
    return !this.#isInQuotes;
  }

  /** 0 where no line ends here; undefined where the next byte would tell. */
  #terminatorLength(at: number, isLast: boolean): number | undefined {
    const byte = this.#bytes[at];
    if (byte === lineFeed) {
      this.#terminator ??= 'lf';
      return this.#terminator === 'lf' ? 1 : 0;
    }
    if (byte !== carriageReturn || this.#terminator === 'lf') return 0;
    if (this.#terminator === 'cr') return 1;
    const isCut = at + 1 === this.#filled;
    if (isCut && !isLast) return undefined;
    const isPair = !isCut && this.#bytes[at + 1] === lineFeed;
    this.#terminator ??= isPair ? 'crlf' : 'cr';
    if (this.#terminator === 'cr') return 1;
    return isPair ? 2 : 0;
  }

  /** A byte that ends neither field nor record. */
  #checkPlain(byte: number): void {
    if (this.#contentEnd !== -1) throw this.#misquoted('something follows the closing quote');
    if (byte === quote) throw this.#misquoted('a quote stands in a field that does not begin with one');
    if (byte === lineFeed || byte === carriageReturn) this.#line++;
  }

  #endField(at: number): void {
    const slot = 2 * this.#columns;
    if (slot === this.#bounds.length) this.#growBounds();
    this.#bounds[slot] = this.#fieldStart - this.#recordStart;
    this.#bounds[slot + 1] = (this.#contentEnd === -1 ? at : this.#contentEnd) - this.#recordStart;
    this.#contentEnd = -1;
    this.#columns++;
  }

  #growBounds(): void {
    if (this.#columns === maxColumns)
      throw complaint('too-large', 'body', `has a line of more than ${maxColumns} columns`);
    const grown = new Int32Array(2 * Math.min(2 * this.#columns, maxColumns));
    grown.set(this.#bounds);
    this.#bounds = grown;
  }

  #endRecord(at: number): void {
    this.#endField(at);
    const isBlank = this.#columns === 1 && this.bit(0) === blank;
    if (!isBlank) this.#onRecord(this);
  }

  #beginRecord(at: number): void {
    this.#line++;
    this.#columns = 0;
    this.#recordStart = at;
    this.#fieldStart = at;
  }

  #misquoted(what: string): Error {
    return complaint('malformed-body', `line ${this.#line}, column ${this.#columns + 1}`, what);
  }
}
