/** Training runs. @since 0.1.0 */
export const Training = () => <p>Training</p>
