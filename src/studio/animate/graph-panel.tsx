/** The running graph. @since 0.1.0 */
export const GraphPanel = () => null
