/** How does a catalogue stand in a file? Each column as tensors, their names and kinds in the metadata. */

import { Catalog } from '../catalog/catalog.ts';
import type { Column, ColumnKind } from '../catalog/column.ts';
import { TextColumn } from '../catalog/text-column.ts';
import { unexpected } from '../errors.ts';
import type { Safetensors, Tensor, TensorData } from './safetensors.ts';

/** The tensors and metadata that hold a catalogue. */
export function catalogTensors(catalog: Catalog) {
  const tensors: Record<string, Tensor> = {};
  const flat = (name: string, data: TensorData) => {
    tensors[name] = { data, shape: [data.length] };
  };
  const text = (name: string, column: TextColumn) => {
    flat(`${name}.bytes`, column.bytes);
    flat(`${name}.offsets`, column.offsets);
  };
  text('ids', catalog.ids);
  const described: { name: string; kind: ColumnKind }[] = [];
  for (const [name, column] of catalog.columns) {
    const key = `columns.${described.push({ name, kind: column.kind }) - 1}`;
    if (column.kind === 'text') text(key, column);
    else if (column.kind === 'number') flat(`${key}.values`, column.values);
    else {
      text(`${key}.dictionary`, TextColumn.of(column.dictionary));
      flat(`${key}.offsets`, column.offsets);
      flat(`${key}.codes`, column.codes);
    }
  }
  return { tensors, metadata: { columns: JSON.stringify(described) } };
}

/** The catalogue of a file. @throws ERR_SLUICE_INVALID_ARGUMENT for tensors that are not one; the caller names the file. */
export function catalogOf({ tensors, metadata }: Safetensors): Catalog {
  const text = (name: string) =>
    new TextColumn(
      tensorOf(tensors, `${name}.bytes`, Uint8Array),
      tensorOf(tensors, `${name}.offsets`, Uint32Array),
    );
  const described = metadata['columns'];
  if (described === undefined) throw unexpected('a description of the columns', 'metadata', described);
  const columns: [string, Column][] = [];
  for (const { name, kind } of JSON.parse(described) as { name: string; kind: ColumnKind }[]) {
    const key = `columns.${columns.length}`;
    if (kind === 'text') columns.push([name, text(key)]);
    else if (kind === 'number') {
      columns.push([name, { kind, values: tensorOf(tensors, `${key}.values`, Float64Array) }]);
    } else {
      const dictionary = [...text(`${key}.dictionary`)];
      const offsets = tensorOf(tensors, `${key}.offsets`, Uint32Array);
      const codes = tensorOf(tensors, `${key}.codes`, Uint32Array);
      requireRows(offsets, codes, dictionary.length, `column ${JSON.stringify(name)}`);
      columns.push([name, { kind: 'categories', dictionary, offsets, codes }]);
    }
  }
  return new Catalog(text('ids'), Object.fromEntries(columns));
}

/** The data of a tensor of the given array class. @throws ERR_SLUICE_INVALID_ARGUMENT where it is absent or another. */
export function tensorOf<T extends TensorData>(
  tensors: Safetensors['tensors'],
  name: string,
  array: abstract new (...args: never[]) => T,
): T {
  const data = tensors.get(name)?.data;
  if (!(data instanceof array)) throw unexpected(`a ${array.name}`, name, data);
  return data;
}

/** Refuses sparse rows whose offsets do not ascend over all entries, or whose entries are not below `bound`. */
export function requireRows(offsets: Uint32Array, entries: Uint32Array, bound: number, name: string): void {
  if (offsets.length === 0 || offsets[0] !== 0 || offsets[offsets.length - 1] !== entries.length) {
    throw unexpected(`offsets from 0 to ${entries.length}`, name, offsets);
  }
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i] < offsets[i - 1]) throw unexpected('ascending offsets', name, `a fall at ${i}`);
  }
  for (let i = 0; i < entries.length; i++) {
    if (entries[i] >= bound) throw unexpected(`entries below ${bound}`, name, entries[i]);
  }
}
