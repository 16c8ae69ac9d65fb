/** Asks with OPTIONS whether a trunk or a phone is there (RFC 3261 §11). */
import type { TrunkEntry } from '#core/directory.ts';
import { makeRequest } from '#protocol/sip/make.ts';
import { TimedCall } from '#protocol/sip/timing-wheel.ts';
import { newCallId, newTag } from '#protocol/sip/tokens.ts';
import type { Flow } from '#protocol/sip/flow.ts';
import type { Binding } from '#protocol/sip/registrar.ts';
import { formatSipUri } from '#protocol/sip/uri.ts';
import { trunkHop, uriHost } from './addressing.ts';
import type { SignallingContext } from './context.ts';
import type { TrunkAnswer } from './leg.ts';

/** Timer F would wait 32 s. Over UDP the question is sent four times meanwhile, and a peer that needs longer is no use for calls either. */
const PATIENCE_MS = 4000;

const silence: TrunkAnswer = { isReachable: false, status: null, roundTripMs: null };

const optionsTo = (trunk: TrunkEntry): string => {
  const transport = trunk.transport === 'tcp' ? ';transport=tcp' : '';
  return `sip:${uriHost(trunk.host)}:${trunk.port}${transport}`;
};

/** Never rejects, and always answers within a few seconds. */
export const probeTrunk = (
  context: SignallingContext,
  trunk: TrunkEntry,
  publicHost: string,
): Promise<TrunkAnswer> =>
  ask(context, {
    uri: optionsTo(trunk),
    flow: context.transport.findFlow(trunkHop(trunk)),
    publicHost,
  });

/** @returns whether the phone answered at all; within a few seconds */
export const probePhone = async (
  context: SignallingContext,
  { uri, flow }: Pick<Binding, 'uri' | 'flow'>,
  publicHost: string,
): Promise<boolean> =>
  (await ask(context, { uri: formatSipUri(uri), flow, publicHost })).status !== null;

interface Question {
  readonly uri: string;
  readonly flow: Flow | null | Promise<Flow | null>;
  readonly publicHost: string;
}

/** One OPTIONS. */
const ask = (
  context: SignallingContext,
  { uri, flow, publicHost }: Question,
): Promise<TrunkAnswer> => {
  const { endpoint, time } = context;
  const startedAt = time.now();
  return new Promise((resolve) => {
    const patience = new TimedCall(() => resolve(silence));
    const settle = (answer: TrunkAnswer): void => {
      time.wheel.stop(patience);
      resolve(answer);
    };
    time.wheel.schedule(patience, startedAt + PATIENCE_MS);
    const send = (found: Flow | null): void => {
      if (found === null) {
        settle(silence);
        return;
      }
      const request = makeRequest({
        method: 'OPTIONS',
        uri,
        via: endpoint.newVia(found),
        from: `<sip:${publicHost}>;tag=${newTag()}`,
        to: `<${uri}>`,
        callId: newCallId(),
        cseq: 1,
        extra: [
          ['Contact', endpoint.contact(found)],
          ['Accept', 'application/sdp'],
        ],
      });
      endpoint.finishRequest(request);
      endpoint.layer.send(
        request,
        found,
        {
          onResponse: ({ status }, now) => {
            if (status < 200) return;
            // Whatever else it says to OPTIONS, 401 and 405 included, somebody is there. 503 is there and takes no calls.
            const isReachable = status !== 503 && status !== 408;
            settle({ isReachable, status, roundTripMs: Math.round(now - startedAt) });
          },
          onFailure: () => settle(silence),
        },
        time.now(),
      );
    };
    if (flow instanceof Promise) void flow.then(send, () => send(null));
    else send(flow);
  });
};
