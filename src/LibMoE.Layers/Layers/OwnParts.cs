using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What holds for routers and experts of the user's own before a layer takes them.</summary>
internal static class OwnParts
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Takes a part's parameters and buffers out of the dispose scope that it was made in: a layer lives longer than that,
    /// however its parameters were made.</summary>
    /// <typeparam name="TModule">The part.</typeparam>
    public static TModule Keep<TModule>(TModule part)
        where TModule : nn.Module
    {
        foreach (var tensor in part.parameters().Concat(part.buffers()))
        {
            tensor.DetachFromDisposeScope();
        }

        return part;
    }

    /// <summary>Refuses a part with a parameter or module in a field that it has not registered: no optimiser would move it, and no
    /// checkpoint have it.</summary>
    /// <param name="part">A part that was just made.</param>
    /// <exception cref="UnregisteredPartException">It has such a field.</exception>
    public static void Check(nn.Module part)
    {
        var parameters = part.parameters().Select(parameter => parameter.Handle).ToHashSet();
        var modules = part.modules().ToHashSet();
        for (var type = part.GetType(); type is not null && type.Assembly != typeof(nn.Module).Assembly; type = type.BaseType)
        {
            foreach (var field in type.GetFields(Own))
            {
                var missed = field.GetValue(part) switch
                {
                    Parameter parameter when !parameters.Contains(parameter.Handle) => "parameter",
                    Tensor { requires_grad: true, is_leaf: true } tensor and not Parameter when !parameters.Contains(tensor.Handle) =>
                        "tensor with a gradient",
                    nn.Module module when !modules.Contains(module) => "module",
                    _ => null,
                };
                if (missed is not null)
                {
                    throw new UnregisteredPartException(part.GetType().Name, missed, NameOf(field));
                }
            }
        }
    }

    /// <summary>Of a property's or primary constructor's hidden field, the name in the source.</summary>
    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
}
