import { test } from '@playwright/test'
import type { Session } from './api.ts'
import { type Product, startProduct } from './product.ts'
import { setUpOpen } from './world.ts'

/** The product of a file of journeys: started before its first test, ended after its last. */
export interface Site {
  readonly product: Product
  /** the first admin, where the file does not begin with an empty server */
  readonly admin: Session
}

export function useProduct(options: { isEmpty?: boolean } = {}): Site {
  let product: Product | null = null
  let admin: Session | null = null
  test.beforeAll(async () => {
    test.setTimeout(90_000)
    product = await startProduct()
    if (options.isEmpty !== true) admin = await setUpOpen(product)
  })
  test.afterEach(async ({}, testInfo) => {
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', {
        body: product?.log.slice(-300).join('\n') ?? '',
        contentType: 'text/plain',
      })
    }
  })
  test.afterAll(async () => {
    await product?.stop()
  })
  return {
    get product() {
      if (product === null) throw new Error('the product is started by beforeAll')
      return product
    },
    get admin() {
      if (admin === null) throw new Error('this file begins with an empty server')
      return admin
    },
  }
}
