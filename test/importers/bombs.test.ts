import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { givenFile, importGiven, lmEvalSamples, outcomeOf, tarOf } from '../support/logs.ts';

const run = promisify(execFile);
const mebibyte = 1024 * 1024;
/** What an import may take beyond what its file takes: far less than the bombs hold. */
const most = 400 * mebibyte;

/**
 * Imports what a script makes in a process of its own.
 * @param make JavaScript that gives `content`, and may change `path`
 * @returns the outcome, and by how many bytes the process grew meanwhile
 */
async function importApart(make: string): Promise<{ outcome: string; growth: number }> {
  const support = (name: string) => JSON.stringify(new URL(`../support/${name}.ts`, import.meta.url).href);
  const script = `
    import { gzipSync, deflateRawSync, zstdCompressSync } from 'node:zlib';
    import { importLogs, tarOf } from ${support('logs')};
    import { writeZip } from ${support('zip')};
    import { randomBytes } from 'node:crypto';
    let path = 'x.jsonl';
    let content;
    ${make}
    await importLogs([{ path: 'a.csv', content: 'model,q\\na,1\\n' }]);
    const before = process.memoryUsage.rss();
    let peak = before;
    const look = () => { peak = Math.max(peak, process.memoryUsage.rss()); };
    const timer = setInterval(look, 5);
    let outcome = 'read';
    try {
      await importLogs([{ path, content }], { model: 'm', task: 't' });
    } catch (error) {
      outcome = error.name === 'DomainError' ? error.code + ': ' + error.message : 'defect: ' + error.stack;
    }
    look();
    clearInterval(timer);
    console.log(JSON.stringify({ outcome, growth: peak - before }));
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    maxBuffer: mebibyte,
    // An import that never ends must not take the tests with it.
    timeout: 55_000,
    killSignal: 'SIGKILL',
  });
  return JSON.parse(stdout);
}

/** Bytes of a file that no compression makes smaller, so that it may unpack to much. */
const ballast = '{ name: "ballast.bin", method: 0, content: randomBytes(1024 * 1024) }';

const bombs = {
  'a zip of zeros': 'content = writeZip([{ name: "a", content: Buffer.alloc(300e6) }]);',
  'a zip of zeros by Zstandard':
    'content = writeZip([{ name: "a", method: 93, content: Buffer.alloc(300e6) }]);',
  'a zip in a zip': `
    const packed = zstdCompressSync(Buffer.alloc(100e6));
    const inner = writeZip(Array.from({ length: 20 }, (_, k) => ({ name: 'a' + k, method: 93, packed, announced: 100e6 })));
    content = writeZip([{ name: 'in.zip', content: inner }]);`,
  'a log whose summaries are zeros': `
    const packed = zstdCompressSync(Buffer.alloc(300e6, ' '));
    content = writeZip([
      { name: 'header.json', content: '{"eval":{"task":"t","model":"m"}}' },
      { name: 'summaries.json', method: 93, packed, announced: 300e6 },
    ]);`,
  'zeros by gzip': 'content = gzipSync(Buffer.alloc(300e6), { level: 1 });',
  'zeros by Zstandard': 'content = zstdCompressSync(Buffer.alloc(300e6));',
  'a tar of zeros': 'content = zstdCompressSync(await tarOf([{ path: "a", content: Buffer.alloc(300e6) }]));',
};

describe('files that unpack to more than they should', () => {
  it.each(Object.entries(bombs))('are refused, in bounded memory: %s', async (_, make) => {
    const { outcome, growth } = await importApart(make);
    // What is no log after its first bytes is not unpacked any further.
    expect(outcome).toMatch(/^unreadable-log: .*(decompression bomb|is none of the logs|value of more than)/);
    expect(growth).toBeLessThan(most);
  });

  it('are read to their bound and no further', async () => {
    let read = 0;
    const content = zstdCompressSync(await tarOf([{ path: 'a', content: Buffer.alloc(300e6) }]));
    const file = givenFile({ path: 'x', content }, (bytes) => {
      read += bytes;
    });
    expect(await outcomeOf(importGiven([file], { model: 'm', task: 't' }))).toBe('unreadable-log');
    // A few looks at the beginning, and once through.
    expect(read).toBeLessThan(4 * content.length + 10 * 65_536);
  });
});

describe('files that are hard to hold', () => {
  const hard = {
    'gzip in Zstandard': [
      'content = zstdCompressSync(gzipSync(Buffer.alloc(300e6), { level: 1 }));',
      /^unreadable-log: x\.jsonl: is compressed twice/,
    ],
    'a line of 10 MB': ['content = "{}\\n" + "x".repeat(10e6);', /^unreadable-log/],
    'a value of 10 MB in a line': [
      'content = JSON.stringify({ doc_id: 0, doc: {}, resps: [] }) + "\\n" + JSON.stringify({ doc_id: 1, x: "x".repeat(10e6) });',
      /^unreadable-log: x\.jsonl: has a line of more than 8388608 bytes, after line [01];/,
    ],
    '10 MB of brackets': ['content = "[".repeat(10e6);', /^unreadable-log: .*256 levels deep/],
    '10 MB of brackets in a log': [
      'content = \'{"status":"x","eval":{},"samples":\' + "[".repeat(10e6);',
      /^unreadable-log: .*256 levels deep/,
    ],
    'a text of 200 MB in a log': [
      'content = Buffer.concat([Buffer.from(\'{"status":"x","eval":{"task":"\'), Buffer.alloc(200e6, "x")]);',
      /^unreadable-log: x\.jsonl: holds a text of more than 67108864 bytes/,
    ],
    '60 MB of empty lines': [
      'const row = JSON.stringify({ doc_id: 0, doc: {}, resps: [], filter: "none", metrics: ["acc"], acc: 1 });' +
        'content = zstdCompressSync(Buffer.concat([Buffer.from(row), Buffer.alloc(60e6, "\\n")])); path = "samples_t_2026-01-01T00-00-00.0.jsonl";',
      /^unreadable-log: .*, line 10002: is one of more than 10000 empty lines/,
    ],
    'a CSV of 20 million columns': [
      'content = Buffer.concat([Buffer.from("model,q"), Buffer.alloc(20e6, ",")]); path = "x.csv";',
      /^too-large: .*has a line of more than 2000000 columns/,
    ],
    'a tar whose header is 500 MB': [
      `
      const header = Buffer.alloc(512);
      const write = (text, at) => header.write(text, at, 'latin1');
      const size = 500e6;
      write('PaxHeader/x', 0); write('0000644\\0', 100); write('0000000\\0', 108); write('0000000\\0', 116);
      write(size.toString(8).padStart(11, '0') + ' ', 124); write('00000000000 ', 136);
      write('        ', 148); write('x', 156); write('ustar\\0' + '00', 257);
      const sum = header.reduce((total, byte) => total + byte, 0);
      write(sum.toString(8).padStart(6, '0') + '\\0 ', 148);
      const tar = Buffer.concat([header, Buffer.alloc(size, ' ')]);
      content = writeZip([
        { name: 'a.tar', method: 93, packed: zstdCompressSync(tar), announced: tar.length },
        ${ballast},
      ]);`,
      /^unreadable-log/,
    ],
    'Parquet that announces more rows than there can be': [
      `
      const { parquetFile } = await import(${JSON.stringify(new URL('../support/logs.ts', import.meta.url).href)});
      const columns = [{ name: 'model', data: ['a'], type: 'STRING' }, { name: 'q', data: [1], type: 'DOUBLE' }];
      const { parquetMetadata } = await import(${JSON.stringify(import.meta.resolve('hyparquet'))});
      const { ByteWriter } = await import(${JSON.stringify(import.meta.resolve('hyparquet-writer'))});
      const writer = await import(${JSON.stringify(new URL('metadata.js', import.meta.resolve('hyparquet-writer')).href)});
      const source = parquetFile(columns).content;
      const metadata = parquetMetadata(source.buffer.slice(source.byteOffset, source.byteOffset + source.length));
      const many = 2_000_000_000n;
      metadata.num_rows = many;
      for (const group of metadata.row_groups) {
        group.num_rows = many;
        for (const column of group.columns) column.meta_data.num_values = many;
      }
      const tail = new ByteWriter();
      writer.writeMetadata(tail, metadata);
      tail.appendBytes(Buffer.from('PAR1'));
      content = Buffer.concat([source.subarray(0, source.length - 8 - source.readUInt32LE(source.length - 8)), Buffer.from(tail.getBuffer())]);
      path = 'x.parquet';`,
      /^(unreadable-log|invalid-request|duplicate)/,
    ],
  } as const;

  it.each(Object.entries(hard))('are refused, in bounded memory: %s', async (_, [make, message]) => {
    const { outcome, growth } = await importApart(make);
    expect(outcome).toMatch(message);
    expect(growth).toBeLessThan(most);
  });

  it.each([
    // Without its byte 88 the library that reads it never ends.
    ['lightevalDetails', [7, 23, 52, 88, 150, 240, 330, 400], 1],
    ['parquetFile', [5, 19, 40, 77, 110, 150, 200, 245], 0],
  ] as const)(
    'end, whatever byte of a Parquet file is lost: %s',
    { timeout: 60_000 },
    async (maker, lost, endless) => {
      const { outcome, growth } = await importApart(`
      const { lightevalDetails, parquetFile } = await import(${JSON.stringify(new URL('../support/logs.ts', import.meta.url).href)});
      const made = {
        lightevalDetails: () => lightevalDetails([{ id: '0', metrics: { em: 1 } }]),
        parquetFile: () => parquetFile([
          { name: 'model', data: ['a', 'b'], type: 'STRING' },
          { name: 'q', data: [1, null], type: 'DOUBLE' },
        ]),
      }.${maker}();
      const whole = made.content;
      let endless = 0;
      for (const at of ${JSON.stringify(lost)}) {
        const cut = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]);
        await importLogs([{ path: made.path, content: cut }], { model: 'm', task: 't' }).catch((error) => {
          if (error.name !== 'DomainError') throw error;
          if (error.message.includes('reading it does not end')) endless++;
        });
      }
      if (endless !== ${endless}) throw new Error(endless + ' files did not end');
      content = whole;`);
      expect(outcome).toBe('read');
      expect(growth).toBeLessThan(most);
    },
  );

  it('may be long logs: what is read does not grow with how they are cut', async () => {
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, scores: { acc: id % 2 } }));
    const source = lmEvalSamples({ task: 't', rows });
    let read = 0;
    const file = givenFile(source, (bytes) => {
      read += bytes;
    });
    const { cells } = await importGiven([file], { model: 'm' });
    expect(cells).toHaveLength(5000);
    expect(read).toBeLessThan(2 * file.size + 10 * 65_536);
  });
});
