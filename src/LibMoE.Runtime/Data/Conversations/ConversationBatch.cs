using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Conversations side by side, padded at the end. Its tensors live in the caller's dispose scope.</summary>
/// <param name="ids">Ids [S, L] int64, <see cref="ConversationTokens.Image"/> in the places of images; 0 behind the end.</param>
/// <param name="labels">Labels [S, L] int64.</param>
/// <param name="mask">[S, L] bool, false behind the end.</param>
/// <param name="images">The images of all conversations in their order [I, 3, H, W]; null where there are none.</param>
public sealed class ConversationBatch(Tensor ids, Tensor labels, Tensor mask, Tensor? images)
{
    /// <summary>Ids [S, L] int64, <see cref="ConversationTokens.Image"/> in the places of images; 0 behind the end.</summary>
    public Tensor Ids { get; } = ids;

    /// <summary>Labels [S, L] int64, <see cref="ConversationTokens.Ignored"/> where nothing is to be said.</summary>
    public Tensor Labels { get; } = labels;

    /// <summary>[S, L] bool, false behind the end.</summary>
    public Tensor Mask { get; } = mask;

    /// <summary>The images of all conversations in their order [I, 3, H, W] float32; null where there are none.</summary>
    public Tensor? Images { get; } = images;

    /// <summary>Puts conversations side by side, and decodes their images.</summary>
    /// <param name="conversations">The conversations, at least one.</param>
    /// <param name="folder">Where their images lie.</param>
    /// <param name="processor">Makes of images what the encoder takes.</param>
    /// <param name="device">Where the tensors are made; null is the CPU.</param>
    /// <exception cref="ImageFileException">An image cannot be shown; none is ever replaced by a blank one.</exception>
    public static ConversationBatch Of(
        IReadOnlyList<ConversationTokens> conversations, ImageFolder folder, ImageProcessor processor, Device? device = null) =>
        Of(conversations, names => stack([.. names.Select(name => processor.Run(folder.Read(name), name))], 0), device);

    /// <summary>The same with images from elsewhere.</summary>
    /// <param name="conversations">The conversations, at least one.</param>
    /// <param name="see">Makes [I, 3, H, W] of the names of images.</param>
    /// <param name="device">Where the tensors are made; null is the CPU.</param>
    internal static ConversationBatch Of(
        IReadOnlyList<ConversationTokens> conversations, Func<IReadOnlyList<string>, Tensor> see, Device? device)
    {
        using var scope = NewDisposeScope();
        var (sequences, length) = (conversations.Count, conversations.Max(conversation => conversation.Ids.Length));
        var (ids, labels, mask) = (new long[sequences * length], new long[sequences * length], new bool[sequences * length]);
        Array.Fill(labels, ConversationTokens.Ignored);
        foreach (var (sequence, conversation) in conversations.Index())
        {
            for (var at = 0; at < conversation.Ids.Length; at++)
            {
                var place = sequence * length + at;
                (ids[place], labels[place], mask[place]) = (conversation.Ids[at], conversation.Labels[at], true);
            }
        }

        var names = conversations.SelectMany(conversation => conversation.Images).ToList();
        var images_ICHW = names.Count == 0 ? null : see(names);
        return new ConversationBatch(
            Made(tensor(ids, [sequences, length])), Made(tensor(labels, [sequences, length])), Made(tensor(mask, [sequences, length])),
            images_ICHW is null ? null : Made(images_ICHW));

        Tensor Made(Tensor tensor) => (device is null ? tensor : tensor.to(device)).MoveToOuterDisposeScope();
    }
}
