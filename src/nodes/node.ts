/**
 * A node: a named pure function with a spec on each side, made by its kind from settings that are plain data.
 *
 * ```ts
 * interface Primitive<I, O, W> { kind; settings; inputs; outputs; weights; run: (inputs: I, weights: W) => O }
 * ```
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import type { Spec } from './spec.js'
import type * as tf from './tf.js'

/**
 * Tensors by path: the weights of a whole program, a checkpoint, a set of gradients. Each has the shape of its spec.
 *
 * @category model
 * @since 0.1.0
 */
export type Values = Readonly<Record<string, tf.Tensor>>

/**
 * A learned tensor, or a running statistic: its spec and how to draw its first value.
 *
 * @since 0.1.0
 */
export interface Weight<A> {
  readonly spec: Spec<A>
  readonly role: 'parameter' | 'statistic'
  readonly init: (seed: number) => A
}

/**
 * Settings are plain data, so that a graph can be written down and read back.
 *
 * @since 0.1.0
 */
export type Settings = Readonly<Record<string, unknown>>

/**
 * A value of type `A` whose tensors may have any static rank. tfjs infers `Tensor<Rank>` for most results, so a node's output
 * ranks are promised by its spec and verified by `match`, not by casts in every body. It has the shape of `A`, field by field.
 *
 * @since 0.1.0
 */
export type AnyRank<A> = A extends tf.Tensor ? tf.Tensor : { readonly [K in keyof A]: AnyRank<A[K]> }

/**
 * The body of a node: borrows its inputs and weights, returns fresh outputs; the interpreter tidies.
 *
 * @since 0.1.0
 */
export type Run<I, O, W> = (inputs: I, weights: W) => AnyRank<O>

/**
 * Some of a value's tensors: what need not be computed or read is absent. Each has the shape that it has in the whole value.
 *
 * @since 0.1.0
 */
export type Some<A> = A extends tf.Tensor ? tf.Tensor : { readonly [K in keyof A]?: Some<A[K]> }

/**
 * What a pullback reads: inputs and outputs of the node (those that it asked for), weights, cotangents of outputs. A cotangent
 * has the shape of its output.
 *
 * @since 0.1.0
 */
export interface Pulled<I, O, W> {
  readonly inputs: I
  readonly outputs: O
  readonly weights: W
  /** The derivative of the loss by each output; absent where the loss does not depend on it. */
  readonly cotangents: Some<O>
}

/**
 * The derivative of a node, transposed: cotangents of its inputs and weights from those of its outputs.
 *
 * `inputs` and `outputs` name the leaves that `run` reads; the others may be gone by then. `wants` tells whether a
 * cotangent is asked for, by `inputs.PATH` or `weights.NAME`; `run` may leave out the others. Without a pullback, a node's is
 * taken from tfjs, which computes the node a second time.
 *
 * @category model
 * @since 0.1.0
 */
export interface Pullback<I, O, W> {
  readonly inputs: ReadonlyArray<string>
  readonly outputs: ReadonlyArray<string>
  /** Those of the inputs of which it reads the shape alone. */
  readonly shapes?: ReadonlyArray<string>
  readonly run: (
    given: Pulled<I, O, W>,
    wants: (path: string) => boolean
  ) => { readonly inputs?: Some<I>; readonly weights?: Some<W> }
}

/**
 * What a node may have beside its function.
 *
 * @since 0.1.0
 */
export interface Extras<I, O, W> {
  /** How it is differentiated; `none` where its outputs count as constant. */
  readonly pullback?: Pullback<I, O, W> | 'none'
  /** Inputs of which only the shape counts: a program may give it another tensor of that shape. */
  readonly shapes?: ReadonlyArray<string>
  /** Outputs that are inputs as they are: a program may use the one for the other. */
  readonly same?: Readonly<Record<string, string>>
  /** Outputs that are the next values of weights: a running mean, a parameter after an optimiser's step. */
  readonly updates?: Readonly<Record<string, keyof W & string>>
}

/**
 * The signature of a node: what goes in, what comes out, what is learned.
 *
 * @category model
 * @since 0.1.0
 */
export interface Signature<I, O, W> {
  readonly inputs: Spec<I>
  readonly outputs: Spec<O>
  readonly weights?: { readonly [K in keyof W]: Weight<W[K]> }
}

/**
 * A node that computes.
 *
 * @category model
 * @since 0.1.0
 */
export interface Primitive<I, O, W = {}> extends Required<Signature<I, O, W>>, Extras<I, O, W> {
  readonly _tag: 'Primitive'
  readonly kind: string
  readonly settings: Settings
  readonly run: Run<I, O, W>
}

/**
 * A pure description of where tensors come from: opened, paused and closed by the interpreter. A `held` source has one
 * value for the whole stream, a `ticking` one a value per tick, a `kept` one what the tick before left.
 *
 * @category model
 * @since 0.1.0
 */
export interface Source<O> {
  readonly _tag: 'Source'
  readonly kind: string
  readonly settings: Settings
  readonly pace: 'held' | 'ticking' | 'kept'
  readonly inputs: Spec<{}>
  readonly outputs: Spec<O>
}

/**
 * A pure description of where tensors go.
 *
 * @category model
 * @since 0.1.0
 */
export interface Sink<I> {
  readonly _tag: 'Sink'
  readonly kind: string
  readonly settings: Settings
  readonly inputs: Spec<I>
  readonly outputs: Spec<{}>
}

/**
 * Anything that a step of a graph can be, but for a graph itself.
 *
 * @since 0.1.0
 */
export type Leafnode<I, O> = Primitive<I, O, any> | Source<O> | Sink<I>

/**
 * A family of nodes: reads settings, makes a node.
 *
 * @since 0.1.0
 */
export interface Kind<S, N> {
  (settings: S): N
  readonly kind: string
  readonly codec: t.Type<S>
}

const wholeFrom = (least: number, name: string) => {
  const is = (u: unknown): u is number => Number.isSafeInteger(u) && Number(u) >= least
  return new t.Type<number>(name, is, (u, c) => (is(u) ? t.success(u) : t.failure(u, c)), t.identity)
}

/**
 * A whole number from 0 on, as a setting.
 *
 * @since 0.1.0
 */
export const whole = wholeFrom(0, 'a whole number')

/**
 * A whole number from 1 on, as a setting.
 *
 * @since 0.1.0
 */
export const positive = wholeFrom(1, 'a whole number from 1 on')

/**
 * A number as a setting, one that JSON keeps: finite, and never -0.
 *
 * @since 0.1.0
 */
export const real = new t.Type<number>(
  'number',
  (u): u is number => Number.isFinite(u),
  (u, c) => (Number.isFinite(u) ? t.success(u as number) : t.failure(u, c)),
  (x) => x + 0 // -0 + 0 is 0
)

/**
 * Numbers as a setting.
 *
 * @since 0.1.0
 */
export const reals = t.readonlyArray(real, 'a list of numbers')

/**
 * What a node does, before it has a name: its signature and its function.
 *
 * @since 0.1.0
 */
export interface Body<I, O, W> extends Signature<I, O, W>, Extras<I, O, W> {
  readonly run: Run<I, O, W>
}

/**
 * A signature with the function that keeps it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const body = <I, O, W = {}>(
  signature: Signature<I, O, W>,
  run: Run<I, O, W>,
  extras: Extras<I, O, W> = {}
): Body<I, O, W> => ({ ...signature, run, ...extras })

/**
 * Defines a family of nodes by a codec for its settings and a function from settings to what the node does.
 *
 * @category constructors
 * @since 0.1.0
 */
export const define = <S extends object, I, O, W = {}>(
  kind: string,
  codec: t.Type<S>,
  make: (settings: S) => Body<I, O, W>
): Kind<S, Primitive<I, O, W>> =>
  family(kind, codec, (settings) => {
    const weights = {} as Primitive<I, O, W>['weights']
    const kept = codec.encode(settings)
    return { _tag: 'Primitive', kind, settings: kept as Settings, weights, ...make(kept) }
  })

/**
 * Defines a family of nodes from a function that makes them; for sources and sinks.
 *
 * @category constructors
 * @since 0.1.0
 */
export const family = <S, N>(kind: string, codec: t.Type<S>, make: (settings: S) => N): Kind<S, N> => {
  const made = (settings: S): N => make(settings)
  return Object.assign(Object.defineProperty(made, 'name', { value: kind }), { kind, codec })
}

/**
 * A node without settings.
 *
 * @category constructors
 * @since 0.1.0
 */
export const node = <I, O, W = {}>(
  kind: string,
  signature: Signature<I, O, W>,
  run: Run<I, O, W>,
  extras: Extras<I, O, W> = {}
): Primitive<I, O, W> => define(kind, t.strict({}), () => body(signature, run, extras))({})

/**
 * What a catalogue holds: a kind, or the one node of a kind without settings.
 *
 * @since 0.1.0
 */
export type Entry = Kind<any, Leafnode<any, any>> | Primitive<any, any, any>
