/** Asks trunks with OPTIONS whether they are there (RFC 3261 §11). */
import type { TrunkEntry } from '#core/directory.ts';
import { makeRequest } from '#protocol/sip/make.ts';
import { TimedCall } from '#protocol/sip/timing-wheel.ts';
import { newCallId, newTag } from '#protocol/sip/tokens.ts';
import type { Flow } from '#protocol/sip/flow.ts';
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

/** One OPTIONS; never rejects, and always answers within a few seconds. */
export const probeTrunk = (
  context: SignallingContext,
  trunk: TrunkEntry,
  publicHost: string,
): Promise<TrunkAnswer> => {
  const { endpoint, time, transport } = context;
  const startedAt = time.now();
  return new Promise((resolve) => {
    const patience = new TimedCall(() => resolve(silence));
    const settle = (answer: TrunkAnswer): void => {
      time.wheel.stop(patience);
      resolve(answer);
    };
    time.wheel.schedule(patience, startedAt + PATIENCE_MS);
    const send = (flow: Flow | null): void => {
      if (flow === null) {
        settle(silence);
        return;
      }
      const uri = optionsTo(trunk);
      const request = makeRequest({
        method: 'OPTIONS',
        uri,
        via: endpoint.newVia(flow),
        from: `<sip:${publicHost}>;tag=${newTag()}`,
        to: `<${uri}>`,
        callId: newCallId(),
        cseq: 1,
        extra: [
          ['Contact', endpoint.contact(flow)],
          ['Accept', 'application/sdp'],
        ],
      });
      endpoint.finishRequest(request);
      endpoint.layer.send(
        request,
        flow,
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
    const flow = transport.findFlow(trunkHop(trunk));
    if (flow instanceof Promise) void flow.then(send, () => send(null));
    else send(flow);
  });
};
