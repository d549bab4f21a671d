import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/core/kernel/event';
import { setUnexpectedErrorHandler } from '../../../../src/core/kernel/unexpected';

describe('Emitter', () => {
  it('calls every listener, in order of subscription', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event(value => heard.push(`a${value}`));
    emitter.event(value => heard.push(`b${value}`));
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(heard, ['a1', 'b1', 'a2', 'b2']);
  });

  it('no longer calls a disposed listener, and still calls the others', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const listener = (value: number): void => void heard.push(`same${value}`);
    const first = emitter.event(listener);
    emitter.event(listener);
    first.dispose();
    first.dispose();
    emitter.fire(1);
    assert.deepEqual(heard, ['same1']);
  });

  it('does not call a listener removed, nor one added, while an event is delivered', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    emitter.event(value => {
      later.dispose();
      if (value === 1) emitter.event(next => heard.push(`added${next}`));
    });
    const later = emitter.event(value => heard.push(`later${value}`));
    emitter.fire(1);
    assert.deepEqual(heard, []);
    emitter.fire(2);
    assert.deepEqual(heard, ['added2']);
  });

  it('calls no listener once disposed', () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    emitter.event(value => {
      heard.push(value);
      emitter.dispose();
    });
    emitter.event(value => heard.push(value));
    emitter.fire(1);
    emitter.fire(2);
    assert.deepEqual(heard, [1]);
  });

  it('reports what a listener throws, and calls the others', () => {
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    const unexpected: unknown[] = [];
    const broken = new Error('broken');
    setUnexpectedErrorHandler(error => unexpected.push(error));
    emitter.event(() => {
      throw broken;
    });
    emitter.event(value => heard.push(value));
    try {
      emitter.fire(1);
    } finally {
      setUnexpectedErrorHandler(undefined);
    }
    assert.deepEqual(heard, [1]);
    assert.deepEqual(unexpected, [broken]);
  });
});
