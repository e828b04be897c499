/** Is this a question that can be asked, and how many tokens can it have? */

import { unexpected } from '../../errors.ts';
import type { Asking, Question } from './question.ts';

/** Tokens that providers put around a prompt: roles, separators, the frame of the schema. */
const FRAME_TOKENS = 256;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** The most tokens that a prompt can have: a token of a byte-level vocabulary holds at least one byte. */
export function promptBytes({ prompt, schema }: Asking): number {
  return bytesOf(prompt.system) + bytesOf(prompt.user) + bytesOf(JSON.stringify(schema)) + FRAME_TOKENS;
}

/** @throws ERR_SLUICE_INVALID_ARGUMENT unless everything is there and of its kind. */
export function checkQuestion(question: Question<unknown>): void {
  if (typeof question !== 'object' || question === null) throw unexpected('a question', 'question', question);
  const { purpose, prompt, schema, maxOutputTokens, read, deadline, reservation, signal, key } = question;
  if (!['plan', 'rerank', 'explain'].includes(purpose))
    throw unexpected('plan, rerank or explain', 'purpose', purpose);
  if (typeof prompt?.system !== 'string' || typeof prompt.user !== 'string')
    throw unexpected('texts for system and user', 'prompt', prompt);
  if (typeof schema !== 'object' || schema === null) throw unexpected('a JSON schema', 'schema', schema);
  if (!Number.isSafeInteger(maxOutputTokens) || maxOutputTokens < 1)
    throw unexpected('a whole number from 1', 'maxOutputTokens', maxOutputTokens);
  if (typeof read !== 'function') throw unexpected('a function', 'read', read);
  if (typeof deadline !== 'number' || Number.isNaN(deadline))
    throw unexpected('milliseconds on the clock of performance.now()', 'deadline', deadline);
  if (typeof reservation?.settle !== 'function')
    throw unexpected('a reservation of a budget', 'reservation', reservation);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw unexpected('an AbortSignal', 'signal', signal);
  if (key !== undefined && typeof key !== 'string') throw unexpected('a text', 'key', key);
}
