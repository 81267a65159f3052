using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Files;

/// <summary>A file or folder of the model disk: what is durable, and the changes since.</summary>
internal abstract class ModelNode
{
    /// <summary>Copies in every state that a power cut may leave.</summary>
    public abstract IEnumerable<ModelNode> PowerCuts();

    /// <summary>A copy with every change arrived.</summary>
    public abstract ModelNode Settled();

    /// <summary>Appends names and bytes.</summary>
    public abstract void Describe(string path, StringBuilder text);
}

internal sealed class ModelFile : ModelNode
{
    /// <summary>Each change as the contents that it may leave when it is applied to some contents: the last one is the intended.</summary>
    private readonly List<Func<byte[], byte[][]>> _pending = [];
    private byte[] _durable = [];

    public byte[] Live { get; private set; } = [];

    public void Write(long offset, byte[] bytes) => Change(contents =>
    [
        contents,
        Resized(contents, Math.Max(contents.Length, (int)offset + bytes.Length)),
        Written(contents, (int)offset, bytes[..(bytes.Length / 2)]),
        Written(contents, (int)offset, bytes),
    ]);

    public void SetLength(long length) => Change(contents => [contents, Resized(contents, (int)length)]);

    public void Sync()
    {
        _pending.Clear();
        _durable = Live;
    }

    public override IEnumerable<ModelNode> PowerCuts()
    {
        IEnumerable<byte[]> states = [_durable];
        foreach (var change in _pending)
        {
            states = states.SelectMany(contents => change(contents));
        }

        return states.Select(Of);
    }

    public override ModelNode Settled() => Of(Live);

    public override void Describe(string path, StringBuilder text) =>
        text.Append(path).Append('=').Append(Convert.ToHexString(Live)).Append('\n');

    private static ModelFile Of(byte[] contents) => new() { _durable = contents, Live = contents };

    private static byte[] Resized(byte[] contents, int length)
    {
        var resized = new byte[length];
        contents.AsSpan(0, Math.Min(length, contents.Length)).CopyTo(resized);
        return resized;
    }

    private static byte[] Written(byte[] contents, int offset, byte[] bytes)
    {
        var written = Resized(contents, Math.Max(contents.Length, offset + bytes.Length));
        bytes.CopyTo(written, offset);
        return written;
    }

    private void Change(Func<byte[], byte[][]> change)
    {
        _pending.Add(change);
        Live = change(Live)[^1];
    }
}

internal sealed class ModelFolder : ModelNode
{
    /// <summary>Each change as the names that it sets; a rename sets two in one step.</summary>
    private readonly List<(string Name, ModelNode? Node)[]> _pending = [];
    private readonly Dictionary<string, ModelNode> _durable = [];

    public Dictionary<string, ModelNode> Live { get; } = [];

    public void Change(params (string Name, ModelNode? Node)[] change)
    {
        _pending.Add(change);
        Apply(Live, change);
    }

    public void Sync()
    {
        _pending.ForEach(change => Apply(_durable, change));
        _pending.Clear();
    }

    public override IEnumerable<ModelNode> PowerCuts()
    {
        for (var kept = 0; kept < 1 << _pending.Count; kept++)
        {
            var names = new Dictionary<string, ModelNode>(_durable);
            for (var i = 0; i < _pending.Count; i++)
            {
                if ((kept >> i & 1) != 0)
                {
                    Apply(names, _pending[i]);
                }
            }

            foreach (var state in Combine([.. names]))
            {
                yield return state;
            }
        }
    }

    public override ModelNode Settled() => Of(Live.Select(pair => (pair.Key, pair.Value.Settled())));

    public override void Describe(string path, StringBuilder text)
    {
        text.Append(path).Append("/\n");
        foreach (var (name, node) in Live.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            node.Describe($"{path}/{name}", text);
        }
    }

    private static void Apply(Dictionary<string, ModelNode> names, (string Name, ModelNode? Node)[] change)
    {
        foreach (var (name, node) in change)
        {
            if (node is null)
            {
                names.Remove(name);
            }
            else
            {
                names[name] = node;
            }
        }
    }

    private static IEnumerable<ModelFolder> Combine(KeyValuePair<string, ModelNode>[] names)
    {
        IEnumerable<IEnumerable<(string, ModelNode)>> states = [[]];
        foreach (var (name, node) in names)
        {
            states = states.SelectMany(_ => node.PowerCuts(), (state, cut) => state.Append((name, cut)));
        }

        return states.Select(Of);
    }

    private static ModelFolder Of(IEnumerable<(string Name, ModelNode Node)> names)
    {
        var folder = new ModelFolder();
        foreach (var (name, node) in names)
        {
            folder._durable[name] = node;
            folder.Live[name] = node;
        }

        return folder;
    }
}
