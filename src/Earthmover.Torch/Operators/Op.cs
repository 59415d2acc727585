using Earthmover.Torch.Native;

namespace Earthmover.Torch.Operators;

public static unsafe partial class Op
{
    // A result that the call was asked not to compute (a masked gradient) comes back as None.
    private static Tensor Wrap(Value value) => value.Tag == Tag.Tensor ? new Tensor((nint)value.Pointer) : null!;

    private static Tensor[] Collect(Value* values, int capacity)
    {
        var count = 0;
        while (count < capacity && values[count].Tag == Tag.Tensor)
            count++;
        var tensors = new Tensor[count];
        for (var i = 0; i < count; i++)
            tensors[i] = new Tensor((nint)values[i].Pointer);
        return tensors;
    }
}
