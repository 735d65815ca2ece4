-- AlterTable
ALTER TABLE "document" ADD COLUMN     "deleted_by" TEXT;

