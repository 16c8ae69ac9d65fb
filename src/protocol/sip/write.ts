/** A message → its bytes (RFC 3261 §7). */
import type { SipMessage } from './message.ts';

const startLine = (message: SipMessage): string =>
  message.kind === 'request'
    ? `${message.method} ${message.uri} SIP/2.0\r\n`
    : `SIP/2.0 ${message.status} ${message.reason}\r\n`;

/**
 * The message as it goes on the wire: CRLF line ends, headers in their order, Content-Length last and always that of
 * the body. Changes nothing but that header.
 */
export const writeMessage = (message: SipMessage): Buffer => {
  const { headers, body } = message;
  headers.remove('content-length');
  headers.append('content-length', String(body.length));
  const head = `${startLine(message)}${headers.toText()}\r\n`;
  if (body.length === 0) return Buffer.from(head, 'utf8');
  const headLength = Buffer.byteLength(head, 'utf8');
  const bytes = Buffer.allocUnsafe(headLength + body.length);
  bytes.write(head, 0, headLength, 'utf8');
  body.copy(bytes, headLength);
  return bytes;
};
