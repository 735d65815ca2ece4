-- CreateTable
CREATE TABLE "disk_conflict" (
    "id" TEXT NOT NULL,
    "document_id" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "start_anchor" BYTEA NOT NULL,
    "end_anchor" BYTEA NOT NULL,
    "base_text" TEXT NOT NULL,
    "document_text" TEXT NOT NULL,
    "disk_text" TEXT NOT NULL,
    "merged_text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),
    "text_before" TEXT,
    "text_after" TEXT,

    CONSTRAINT "disk_conflict_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "disk_conflict_document_id_key_key" ON "disk_conflict"("document_id", "key");

-- AddForeignKey
ALTER TABLE "disk_conflict" ADD CONSTRAINT "disk_conflict_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "document"("id") ON DELETE CASCADE ON UPDATE CASCADE;
