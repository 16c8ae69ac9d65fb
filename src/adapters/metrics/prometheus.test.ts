import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './prometheus.ts';

test('counters, gauges and histograms appear in the text that Prometheus reads', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.counter('calls_total', 'Calls', ['type']).add(2, { type: 'inbound' });
  metrics.gauge('calls_up', 'Calls up now').set(7);
  metrics.histogram('setup_seconds', 'Set-up', [0.1, 1]).observe(0.5);
  const text = await metrics.text();
  assert.match(text, /calls_total\{type="inbound"\} 2/);
  assert.match(text, /calls_up 7/);
  assert.match(text, /setup_seconds_bucket\{le="0.1"\} 0/);
  assert.match(text, /setup_seconds_bucket\{le="1"\} 1/);
});

test('asking twice for a name gives the same instrument; as another kind it is refused', async () => {
  const metrics = createMetrics({ processMetrics: false });
  metrics.counter('a_total', 'A').add();
  metrics.counter('a_total', 'A').add();
  assert.match(await metrics.text(), /a_total 2/);
  assert.throws(() => metrics.gauge('a_total', 'A'), { code: 'metrics/mismatch' });
});

test('two registries do not share anything, and the process reports itself', async () => {
  const one = createMetrics();
  const other = createMetrics({ processMetrics: false });
  one.counter('a_total', 'A').add();
  assert.match(await one.text(), /process_cpu_seconds_total/);
  assert.equal((await other.text()).trim(), '');
});
