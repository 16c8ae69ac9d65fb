import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundaryOf, isForm, MultipartReader } from './multipart.ts';

const boundary = '----b0undary';

interface Part {
  readonly name: string;
  readonly fileName: string | null;
  readonly content: string;
  readonly isWhole: boolean;
}

/** The form pushed in pieces of so many bytes. */
const read = (form: string | Buffer, pieceBytes = Infinity): Part[] => {
  const bytes = Buffer.from(form as string, 'latin1');
  const parts: { name: string; fileName: string | null; content: string; isWhole: boolean }[] = [];
  const reader = new MultipartReader(boundary, {
    part: (head) => void parts.push({ ...head, content: '', isWhole: false }),
    bytes: (piece) => {
      const part = parts.at(-1);
      assert.ok(part && !part.isWhole && piece.length > 0);
      part.content += piece.toString('latin1');
    },
    end: () => {
      const part = parts.at(-1);
      assert.ok(part && !part.isWhole);
      part.isWhole = true;
    },
  });
  const step = Math.min(pieceBytes, bytes.length);
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  reader.end();
  return parts;
};

const formOf = (...parts: readonly (readonly [string, string])[]): string =>
  parts.map(([head, content]) => `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`).join('') +
  `--${boundary}--\r\n`;

const disposition = (parameters: string): string => `Content-Disposition: form-data; ${parameters}`;
const fileNameOf = (parameters: string): string | null | undefined =>
  read(formOf([disposition(`name="file"; ${parameters}`), 'x']))[0]?.fileName;
const refusal = (message: RegExp) => ({ code: 'api/invalid-request', message });

test('a form is the same in whatever pieces it comes', () => {
  const nasty = `\r\n--${boundary.slice(0, -1)}\r\n--\r\r\n-\r\n${'\r'.repeat(40)}`;
  const form = formOf(
    [disposition('name="name"'), 'M\xc3\xa4rz'],
    [disposition('name="empty"'), ''],
    [`${disposition('name="file"; filename="a.wav"')}\r\nContent-Type: audio/wav`, nasty],
  );
  const whole = read(form);
  assert.deepEqual(whole, [
    { name: 'name', fileName: null, content: 'M\xc3\xa4rz', isWhole: true },
    { name: 'empty', fileName: null, content: '', isWhole: true },
    { name: 'file', fileName: 'a.wav', content: nasty, isWhole: true },
  ]);
  for (let pieceBytes = 1; pieceBytes < form.length; pieceBytes++)
    assert.deepEqual(read(form, pieceBytes), whole, `${pieceBytes} bytes at a time`);
});

test('random content that is full of line ends and dashes comes out as it went in', () => {
  let seed = 4711;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const signs = ['\r', '\n', '-', '-', '\r\n', '\r\n--', boundary.slice(0, 5), 'x', '\0'];
  for (let i = 0; i < 200; i++) {
    const content = Array.from({ length: 60 }, () => signs[random(signs.length)]).join('');
    if (content.includes(`\r\n--${boundary}`)) continue;
    const [part] = read(formOf([disposition('name="file"; filename=""'), content]), 1 + random(30));
    assert.equal(part?.content, content);
  }
});

test('what stands before the first boundary, after the last one and behind a boundary is passed over', () => {
  const inner = `--${boundary} \t\r\n${disposition('name="a"')}\r\n\r\n1\r\n--${boundary}--`;
  for (const form of [inner, `hello\r\n${inner}`, `${inner}\r\nbye`, `\r\n${inner}\r\n`])
    for (const pieceBytes of [1, 7, Infinity])
      assert.equal(read(form, pieceBytes)[0]?.content, '1', JSON.stringify(form));
});

test('names of files are read as browsers and older programs write them, without folders', () => {
  assert.equal(fileNameOf('filename="March Reminder; v2.mp3"'), 'March Reminder; v2.mp3');
  assert.equal(fileNameOf(`filename="${Buffer.from('账单.mp3').toString('latin1')}"`), '账单.mp3');
  assert.equal(fileNameOf('filename="say \\"hello\\".mp3"'), 'say "hello".mp3');
  assert.equal(fileNameOf('filename="C:\\music\\a.mp3"'), 'a.mp3');
  assert.equal(fileNameOf('filename="../../etc/passwd"'), 'passwd');
  assert.equal(fileNameOf('filename=plain.wav'), 'plain.wav');
  assert.equal(fileNameOf('filename=""'), '');
  assert.equal(fileNameOf("filename=a.mp3; filename*=UTF-8''M%C3%A4rz.mp3"), 'März.mp3');
  assert.equal(fileNameOf("filename=a.mp3; filename*=UTF-8''M%C3"), 'a.mp3');
  assert.equal(fileNameOf('size=3'), null);
  const [part] = read(formOf([`X: 1\r\ncontent-DISPOSITION:Form-Data;NAME=plain`, 'x']));
  assert.equal(part?.name, 'plain');
});

test('a form that is none is refused, and says where it is broken', () => {
  const whole = formOf([disposition('name="a"'), '1']);
  assert.throws(() => read(whole.slice(0, -5)), refusal(/ends before its last boundary/));
  assert.throws(() => read('no form'), refusal(/ends before its last boundary/));
  assert.throws(() => read(formOf(['Content-Type: text/plain', '1'])), refusal(/has no name/));
  assert.throws(() => read(formOf(['', '1'])), refusal(/has no name/));
  assert.throws(() => read(formOf([disposition(`name="${'n'.repeat(101)}"`), '1'])), {
    code: 'api/invalid-request',
  });
  assert.throws(() => read(`--${boundary}more\r\n`), refusal(/no line end/));
});

test('lines, rubbish and white space without end are not gathered', () => {
  for (const [endless, message] of [
    [`--${boundary}\r\n${'X-Long: y\r\n'.repeat(1000)}`, /lines before a part are too long/],
    ['rubbish '.repeat(1000), /belongs to no part/],
    [`--${boundary}--${'rubbish '.repeat(1000)}`, /belongs to no part/],
    [`--${boundary}${' '.repeat(1000)}`, /no line end/],
  ] as const)
    for (const pieceBytes of [16, Infinity])
      assert.throws(() => read(endless, pieceBytes), refusal(message));
});

test('a content type is that of a form only with a boundary', () => {
  assert.equal(boundaryOf('multipart/form-data; boundary=abc'), 'abc');
  assert.equal(boundaryOf('Multipart/Form-Data; charset=utf-8; Boundary="a b"'), 'a b');
  assert.equal(boundaryOf('application/json'), null);
  assert.equal(boundaryOf('multipart/form-data-not; boundary=abc'), null);
  assert.equal(boundaryOf(undefined), null);
  for (const type of ['multipart/form-data', `multipart/form-data; boundary=${'x'.repeat(71)}`])
    assert.throws(() => boundaryOf(type), refusal(/no boundary/));
  assert.ok(isForm('multipart/form-data'));
  assert.ok(!isForm('application/json'));
});

test('a megabyte of boundaries that are almost right comes out whole', () => {
  const content = Buffer.alloc(2 ** 20, `\r\n--${boundary.slice(0, -1)}`).toString('latin1');
  const [part] = read(formOf([disposition('name="file"; filename="a"'), content]), 65_536);
  assert.equal(part?.content.length, 2 ** 20);
});
