/**
 * The stack, the marks and the memory of the pickle machine, and what its instructions do to them.
 *
 * @since 0.1.0
 */
import { describe, isA, type Key, type Py, type PyGlobal, Refused } from './pickle-value.js'

/**
 * What a pickle may name, and what its persistent identifiers stand for. Functions here may throw `Refused`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Allowed {
  readonly globals: ReadonlyMap<string, PyGlobal>
  readonly persistent: (id: Py) => Py
}

/**
 * What a pickle may hold, in words.
 *
 * @category errors
 * @since 0.1.0
 */
export const plain = 'tensors, numbers, text, lists and dictionaries only'

const keyOf = (v: Py | undefined): Key => {
  if (typeof v === 'string' || typeof v === 'number' || typeof v === 'bigint') return v
  throw new Refused('text or a number as a key', describe(v))
}

/**
 * A name from a file, fit for a message.
 *
 * @category errors
 * @since 0.1.0
 */
export const printable = (name: string): string => JSON.stringify(name).slice(1, -1).slice(0, 200)

/**
 * A machine at one point of its work. Its methods throw `Refused` and nothing else.
 *
 * @category codec
 * @since 0.1.0
 */
export class Machine {
  private readonly stack: Array<Py> = []
  private readonly marks: Array<number> = []
  private readonly memo = new Map<number, Py>()

  constructor(private readonly allowed: Allowed) {}

  mark(): void {
    this.marks.push(this.stack.length)
  }

  drop(): void {
    if (this.stack.length > this.floor) this.stack.pop()
    else this.sinceMark()
  }

  keep(index = this.memo.size): void {
    this.memo.set(index, this.top())
  }

  persistent(): void {
    this.push(this.allowed.persistent(this.pop()))
  }

  /** A global whose two names lie on the stack. */
  stackGlobal(): void {
    const [module, name] = this.last(2)
    if (typeof module !== 'string' || typeof name !== 'string') throw new Refused('two names', describe(module))
    this.global(module, name)
  }

  private get floor(): number {
    return this.marks.at(-1) ?? 0
  }

  pop(): Py {
    if (this.stack.length <= this.floor) throw new Refused('a value', 'none')
    return this.stack.pop() as Py
  }

  top(): Py {
    const top = this.stack.at(-1)
    if (top === undefined || this.stack.length <= this.floor) throw new Refused('a value', 'none')
    return top
  }

  sinceMark(): ReadonlyArray<Py> {
    const mark = this.marks.pop()
    if (mark === undefined) throw new Refused('a mark', 'none')
    return this.stack.splice(mark)
  }

  last(n: number): ReadonlyArray<Py> {
    if (this.stack.length - n < this.floor) throw new Refused(`${n} values`, `${this.stack.length - this.floor}`)
    return this.stack.splice(this.stack.length - n)
  }

  push(v: Py): void {
    this.stack.push(v)
  }

  tuple(items: ReadonlyArray<Py>): void {
    this.push({ _tag: 'tuple', items })
  }

  append(items: ReadonlyArray<Py>): void {
    const list = this.top()
    if (!isA('list')(list)) throw new Refused('a list', describe(list))
    for (const item of items) list.items.push(item)
  }

  setItems(items: ReadonlyArray<Py>): void {
    const dict = this.top()
    if (!isA('dict')(dict)) throw new Refused('a dictionary', describe(dict))
    if (items.length % 2 === 1) throw new Refused('pairs of keys and values', 'a key alone')
    for (let i = 0; i < items.length; i += 2) dict.entries.set(keyOf(items[i]), items[i + 1] as Py)
  }

  global(module: string, name: string): void {
    const full = `${module}.${name}`
    const found = this.allowed.globals.get(full)
    if (found === undefined) throw new Refused(plain, printable(full))
    this.push(found)
  }

  reduce(): void {
    const [callee, args] = this.last(2)
    if (!isA('global')(callee)) throw new Refused('an allowed name to call', describe(callee))
    if (!isA('tuple')(args)) throw new Refused('a tuple of arguments', describe(args))
    this.push(callee.call(args.items))
  }

  /** Attributes: only the version notes that PyTorch hangs on a state dictionary, and they are dropped. */
  build(): void {
    const [target, state] = this.last(2)
    if (!isA('dict')(target) || !target.ordered) {
      throw new Refused('attributes on an OrderedDict only', describe(target))
    }
    const names = isA('dict')(state) ? [...state.entries.keys()] : [describe(state)]
    const other = names.find((name) => name !== '_metadata')
    if (other !== undefined) throw new Refused('no attribute but _metadata', String(other).slice(0, 80))
    this.push(target)
  }

  recall(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw new Refused(`a value kept under ${index}`, 'none')
    this.push(value)
  }
}
