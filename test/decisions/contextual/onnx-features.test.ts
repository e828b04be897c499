import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LinTs } from '../../../src/decisions/contextual/lin-ts.ts';
import { OnnxFeatures } from '../../../src/decisions/contextual/onnx-features.ts';
import { SharedModel } from '../../../src/decisions/contextual/shared-model.ts';
import { RandomStream } from '../../../src/numerics/random.ts';
import { withRuntime } from '../../contract/runtimes.ts';
import { onnxLayer } from './onnx-model.ts';
import { normals, reference } from './settings.ts';

const INPUTS = 3;
const WIDTH = 8;
const random = new RandomStream(1);
const weights = normals(random, INPUTS * WIDTH);
const bias = normals(random, WIDTH);
const refusedWith = (code: string) => expect.objectContaining({ code });

/** What the network computes, in f64. */
const layer = (x: Float32Array): Float64Array =>
  Float64Array.from({ length: (x.length / INPUTS) * WIDTH }, (_, at) => {
    const row = Math.floor(at / WIDTH);
    let sum = bias[at % WIDTH];
    for (let i = 0; i < INPUTS; i++) sum += x[row * INPUTS + i] * weights[i * WIDTH + (at % WIDTH)];
    return Math.max(sum, 0);
  });

const feeds = (data: Float32Array) => ({ x: { data, dims: [data.length / INPUTS, INPUTS] } });

describe('features of an ONNX model', () => {
  let directory: string;
  let path: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-test-'));
    path = join(directory, 'layer.onnx');
    writeFileSync(path, onnxLayer(weights, bias));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  withRuntime('onnxruntime-node', () => {
    test('are what the network computes', async () => {
      using network = await OnnxFeatures.open(path);
      expect([network.inputs, network.output]).toEqual([['x'], 'features']);
      const x = normals(random, 20 * INPUTS);
      const expected = layer(x);
      const features = await network.compute(feeds(x));
      expect(features.length).toBe(expected.length);
      features.forEach((feature, i) => {
        expect(feature).toBeCloseTo(expected[i], 5);
      });
    });

    test('let a linear policy learn what no linear function of the inputs is', async () => {
      using network = await OnnxFeatures.open(path);
      const theta = normals(random, WIDTH, 0.5);
      const truth = (features: ArrayLike<number>, row: number) =>
        theta.reduce((sum, t, i) => sum + t * features[row * WIDTH + i], 0);
      const model = new SharedModel({ kernels: reference, dimension: WIDTH });
      const policy = new LinTs({ model, deviation: 0.1, floor: 0, rewards: [-100, 100] });
      const rows = Uint32Array.from({ length: 20 }, (_, i) => i);
      let late = 0;
      for (let t = 0; t < 200; t++) {
        const features = await network.compute(feeds(normals(random, 20 * INPUTS)));
        const choice = policy.choose(
          { rows, scores: new Float32Array(20), features },
          1,
          new RandomStream(2, t),
        );
        const pick = choice.picks[0];
        const best = Math.max(...Array.from(rows, (row) => truth(features, row)));
        if (t >= 100) late += best - truth(features, pick);
        policy.update({
          rows: Uint32Array.of(pick),
          scores: Float32Array.of(0),
          rewards: Float64Array.of(truth(features, pick) + 0.1 * random.normal()),
          features: features.slice(pick * WIDTH, (pick + 1) * WIDTH),
        });
      }
      expect(late / 100).toBeLessThan(0.02);
    });

    test('are refused by code where the file, the inputs or the output are wrong', async () => {
      await expect(OnnxFeatures.open(join(directory, 'none.onnx'))).rejects.toThrow(
        refusedWith('ERR_SLUICE_DATA_NOT_FOUND'),
      );
      const text = join(directory, 'text.onnx');
      writeFileSync(text, 'no model');
      await expect(OnnxFeatures.open(text)).rejects.toThrow(refusedWith('ERR_SLUICE_RUNTIME_FAILED'));
      await expect(OnnxFeatures.open(path, { output: 'logits' })).rejects.toThrow(
        refusedWith('ERR_SLUICE_INVALID_ARGUMENT'),
      );
      const network = await OnnxFeatures.open(path);
      const x = normals(random, INPUTS);
      await expect(network.compute({ y: feeds(x).x })).rejects.toThrow(
        refusedWith('ERR_SLUICE_RUNTIME_FAILED'),
      );
      await expect(network.compute(feeds(x.map(() => Number.NaN)))).rejects.toThrow(
        refusedWith('ERR_SLUICE_NON_FINITE'),
      );
      await expect(network.compute({ x: { data: x, dims: [2, INPUTS] } })).rejects.toThrow(
        refusedWith('ERR_SLUICE_RUNTIME_FAILED'),
      );
      network.close();
      network.close();
      await expect(network.compute(feeds(x))).rejects.toThrow(refusedWith('ERR_SLUICE_CLOSED'));
    });
  });
});
