/** Requests that live and die with an INVITE client transaction: the ACK of a refusal, and CANCEL. */
import { cseqOf } from './headers.ts';
import { Headers, type SipRequest, type SipResponse } from './message.ts';

const noBody = Buffer.alloc(0);

const follow = (invite: SipRequest, method: string, to: string): SipRequest => {
  const headers = new Headers();
  headers.append('Via', invite.headers.get('Via') ?? '');
  for (const route of invite.headers.all('Route')) headers.append('Route', route);
  headers.append('Max-Forwards', '70');
  headers.append('From', invite.headers.get('From') ?? '');
  headers.append('To', to);
  headers.append('Call-ID', invite.headers.get('Call-ID') ?? '');
  headers.append('CSeq', `${cseqOf(invite).number} ${method}`);
  return { kind: 'request', method, uri: invite.uri, headers, body: noBody };
};

/** ACK of a 3xx–6xx: branch, Route and CSeq number of the INVITE, To of the response. @see RFC 3261 §17.1.1.3 */
export const makeAckForRefusal = (invite: SipRequest, response: SipResponse): SipRequest =>
  follow(invite, 'ACK', response.headers.get('To') ?? '');

/** CANCEL of an INVITE that has had a provisional response and no final one. @see RFC 3261 §9.1 */
export const makeCancel = (invite: SipRequest): SipRequest =>
  follow(invite, 'CANCEL', invite.headers.get('To') ?? '');
