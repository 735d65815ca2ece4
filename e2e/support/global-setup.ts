import { prepareProduct } from './product.ts'

/** Builds the client once for all files. */
export default prepareProduct
