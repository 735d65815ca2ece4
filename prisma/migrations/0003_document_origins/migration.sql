-- CreateTable
CREATE TABLE "document_origin" (
    "document_id" TEXT NOT NULL,
    "from_seq" BIGINT NOT NULL,
    "to_seq" BIGINT NOT NULL,
    "commit" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_origin_pkey" PRIMARY KEY ("document_id","to_seq")
);

-- AddForeignKey
ALTER TABLE "document_origin" ADD CONSTRAINT "document_origin_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE;
