/* First-class types as rows of scalar leaves: see lower.h. */
#include "program/lower.h"

#include <assert.h>

/* A load of a larger value than this is a job for memcpy; clang never makes one. */
#define LEAVES_MAX 4096

static void flatten(struct lower *l, LLVMTypeRef type, uint64_t offset, struct type_info *out);

static void flatten_scalar(struct type_info *out, uint64_t offset, unsigned width, bool is_float)
{
    if (out->leaves.count >= LEAVES_MAX) {
        out->problem = "a value of more than 4096 parts is not supported";
        return;
    }
    VEC_PUSH(&out->leaves, ((struct leaf){offset, width, is_float}));
}

static void flatten_integer(LLVMTypeRef type, uint64_t offset, struct type_info *out)
{
    unsigned width = LLVMGetIntTypeWidth(type);
    if (width > 64) {
        out->problem = "integers of more than 64 bits are not supported";
        width = 64;
    }
    flatten_scalar(out, offset, width, false);
}

static void flatten_struct(struct lower *l, LLVMTypeRef type, uint64_t offset, struct type_info *out)
{
    unsigned n = LLVMCountStructElementTypes(type);
    for (unsigned i = 0; i < n && !out->problem; i++)
        flatten(l, LLVMStructGetTypeAtIndex(type, i), offset + LLVMOffsetOfElement(l->layout, type, i), out);
}

static void flatten_sequence(struct lower *l, LLVMTypeRef element, uint64_t n, uint64_t offset, struct type_info *out)
{
    uint64_t stride = LLVMABISizeOfType(l->layout, element);
    for (uint64_t i = 0; i < n && !out->problem; i++)
        flatten(l, element, offset + i * stride, out);
}

/* Vectors come from how x86-64 passes struct { float x, y; }: they are taken as rows of their elements. */
static void flatten_vector(struct lower *l, LLVMTypeRef type, uint64_t offset, struct type_info *out)
{
    LLVMTypeRef element = LLVMGetElementType(type);
    if (LLVMSizeOfTypeInBits(l->layout, element) != 8 * LLVMABISizeOfType(l->layout, element))
        out->problem = "vectors of odd sizes are not supported";
    else
        flatten_sequence(l, element, LLVMGetVectorSize(type), offset, out);
}

static void flatten(struct lower *l, LLVMTypeRef type, uint64_t offset, struct type_info *out)
{
    switch ((int)LLVMGetTypeKind(type)) {
    case LLVMVoidTypeKind:
        return;
    case LLVMIntegerTypeKind:
        flatten_integer(type, offset, out);
        return;
    case LLVMFloatTypeKind:
        flatten_scalar(out, offset, 32, true);
        return;
    case LLVMDoubleTypeKind:
        flatten_scalar(out, offset, 64, true);
        return;
    case LLVMPointerTypeKind:
        flatten_scalar(out, offset, 64, false);
        return;
    case LLVMStructTypeKind:
        flatten_struct(l, type, offset, out);
        return;
    case LLVMArrayTypeKind:
        flatten_sequence(l, LLVMGetElementType(type), LLVMGetArrayLength(type), offset, out);
        return;
    case LLVMVectorTypeKind:
        flatten_vector(l, type, offset, out);
        return;
    case LLVMX86_FP80TypeKind:
    case LLVMFP128TypeKind:
        out->problem = "long double is not supported";
        break;
    default:
        out->problem = "a value of this type is not supported";
        break;
    }
    flatten_scalar(out, offset, 64, false);
}

const struct type_info *lower_type(struct lower *l, LLVMTypeRef type)
{
    uint32_t index = map_get(&l->types, map_key(type));
    if (index != MAP_NONE)
        return l->type_infos.items[index];
    struct type_info *info = mem_zero(1, sizeof *info);
    flatten(l, type, 0, info);
    map_put(&l->types, map_key(type), (uint32_t)l->type_infos.count);
    VEC_PUSH(&l->type_infos, info);
    return info;
}

uint32_t lower_leaf_index(struct lower *l, LLVMTypeRef aggregate, const unsigned *path, unsigned n)
{
    uint32_t leaf = 0;
    LLVMTypeRef type = aggregate;
    for (unsigned i = 0; i < n; i++) {
        if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
            for (unsigned k = 0; k < path[i]; k++)
                leaf += (uint32_t)lower_type(l, LLVMStructGetTypeAtIndex(type, k))->leaves.count;
            type = LLVMStructGetTypeAtIndex(type, path[i]);
        } else {
            type = LLVMGetElementType(type);
            leaf += path[i] * (uint32_t)lower_type(l, type)->leaves.count;
        }
    }
    return leaf;
}
