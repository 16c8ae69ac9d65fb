/** A form as a browser sends it (RFC 7578). */

const boundary = '----callreel-test-7f3b';

/** Bytes become the file, texts become fields. */
export const formOf = (
  fields: Readonly<Record<string, string | Buffer>>,
  fileName = 'file.wav',
): { readonly body: Buffer; readonly type: string } => {
  const parts = Object.entries(fields).map(([name, value]) => {
    const file = typeof value === 'string' ? '' : `; filename="${fileName}"`;
    const type = typeof value === 'string' ? '' : 'Content-Type: application/octet-stream\r\n';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${type}\r\n`;
    return Buffer.concat([Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')]);
  });
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
};
