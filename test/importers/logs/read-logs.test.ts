import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  eeeRow,
  importLogs,
  inspectDocument,
  jsonLines,
  lmEvalSamples,
  refusalOf,
  tarOf,
} from '../../support/logs.ts';
import { writeZip } from '../../support/zip.ts';

const matrices = {
  'a wide CSV': 'model,q1,q2\na,1,\nb,0,0.5\n',
  'a wide CSV with a mark and quotes': '\ufeff"model","q1","q2"\r\na,1,\r\nb,0,0.5\r\n',
  'a long CSV': 'model,item,score\na,q1,1\na,q2,\nb,q1,0\nb,q2,0.5\n',
  'NDJSON by model': '{"model":"a","scores":{"q1":1,"q2":null}}\n{"model":"b","scores":{"q1":0,"q2":0.5}}\n',
  'NDJSON by cell':
    '{"model":"a","item":"q1","score":1}\n{"model":"b","item":"q1","score":false}\n{"model":"b","item":"q2","score":0.5}\n',
  'a JSON matrix':
    '{"items":["q1","q2"],"models":[{"model":"a","scores":[1,null]},{"model":"b","scores":[0,0.5]}]}',
};
const cells = ['a q1 1', 'b q1 0', 'b q2 0.5'];

describe('score matrices', () => {
  it.each(Object.entries(matrices))('are recognised: %s', async (_, content) => {
    expect((await importLogs([{ path: 'whatever', content }])).cells).toEqual(cells);
  });

  it('are recognised under compression and in archives', async () => {
    const content = matrices['a wide CSV'];
    const packed = [
      gzipSync(content),
      zstdCompressSync(content),
      writeZip([{ name: 'scores.csv', content }]),
      gzipSync(await tarOf([{ path: 'scores.csv', content }])),
    ];
    for (const bytes of packed) {
      expect((await importLogs([{ path: 'x', content: bytes }])).cells).toEqual(cells);
    }
  });

  it('are imported alone', async () => {
    const csv = { path: 'a.csv', content: matrices['a wide CSV'] };
    const log = lmEvalSamples({ task: 't', rows: [{ id: 0, scores: { acc: 1 } }] });
    expect(await refusalOf(importLogs([csv, log]))).toMatch(
      /^unreadable-log: a\.csv: is a score matrix.*samples_t/,
    );
    const other = { path: 'b.csv', content: 'model,q3\nc,1\n' };
    expect(await refusalOf(importLogs([csv, other]))).toMatch(
      /^unreadable-log: a\.csv: .*send b\.csv by itself/,
    );
  });
});

describe('files that are no logs', () => {
  it.each([
    ['nothing', '', /is empty/],
    ['blanks', ' \n\t', /is empty/],
    ['prose', '# Notes\n', /none of the logs that are read \(lm-eval, inspect/],
    ['another CSV', 'name,score\na,1\n', /none of the logs/],
    ['other JSON', '{"a":1}', /none of the logs/],
    ['a JSON schema', '{"$schema":"x","type":"object","properties":{}}', /is a JSON schema/],
  ])('are refused, saying what they are: %s', async (_, content, message) => {
    const refusal = await refusalOf(importLogs([{ path: 'x', content }]));
    expect(refusal).toMatch(/^unreadable-log: x: /);
    expect(refusal).toMatch(message);
  });

  it('lie beside logs without harm, and are reported', async () => {
    const log = inspectDocument({ samples: [{ id: 1, scores: { match: 'C' } }] });
    const read = await importLogs([{ path: 'README.md', content: '# Hi' }, log]);
    expect(read.cells).toEqual(['org/model quiz/1 1']);
    expect(read.files.find(({ file }) => file === 'README.md')?.note).toMatch(/none of the logs/);
  });

  it('may be none at all', async () => {
    expect(await refusalOf(importLogs([]))).toMatch(/^unreadable-log: files: there are none/);
    expect(await refusalOf(importLogs([{ path: 'x.zip', content: writeZip([]) }]))).toMatch(/there are none/);
  });
});

describe('logs of several harnesses', () => {
  it('are read together, whatever the files are called', async () => {
    const read = await importLogs([
      { path: 'one', content: jsonLines([eeeRow('a', 1)]) },
      inspectDocument({ task: 'riddles', samples: [{ id: 'b', scores: { match: 'C' } }] }, 'two'),
    ]);
    expect(read.cells).toEqual(['org/model quiz/a 1', 'org/model riddles/b 1']);
  });

  it('that score one task by different metrics are not left out in silence', async () => {
    const files = [
      { path: 'one', content: jsonLines([eeeRow('a', 1)]) },
      inspectDocument({ model: 'other', samples: [{ id: 'b', scores: { match: 'C' } }] }, 'two'),
    ];
    const taken = await importLogs(files).then(
      ({ cells }) => cells.join(),
      () => 'asked',
    );
    expect(['org/model quiz/a 1,other quiz/b 1', 'asked']).toContain(taken);
  });

  it('begin with a byte order mark and end lines as other systems do', async () => {
    const content = `\ufeff${jsonLines([eeeRow('a', 1), eeeRow('b', 0)]).replaceAll('\n', '\r\n\r\n')}`;
    const read = await importLogs([{ path: 'x', content }]);
    expect(read.cells).toEqual(['org/model quiz/a 1', 'org/model quiz/b 0']);
  });
});
