/**
 * What there is to choose from.
 *
 * @since 0.1.0
 */
import { computed, signal } from '@preact/signals'
import { api, type Model, type Sample } from '../backend/api.js'
import { alone } from './place.js'
import { settings } from './settings.js'
import { attempt } from './troubles.js'

/** The models. */
export const models = signal<ReadonlyArray<Model>>([])
/** The samples. */
export const samples = signal<ReadonlyArray<Sample>>([])

/** The model that is chosen; the first where none is or the chosen one is gone. */
export const model = computed(() => models.value.find(({ name }) => name === settings.model.value) ?? models.value[0])

/** Where it computes: on a static host, always in the browser. */
export const where = computed(() => (alone ? 'browser' : settings.where.value))

/**
 * Asks for models and samples.
 *
 * @category state
 * @since 0.1.0
 */
export const load = (): Promise<unknown> =>
  attempt('catalogue', async () => {
    ;[models.value, samples.value] = await Promise.all([api.models(), api.samples()])
  })
