using System.IO.MemoryMappedFiles;

namespace LibMoE.Runtime.Data.Tokens;

/// <summary>
/// The ids of a token file, mapped into memory: the system reads pages as they are needed and keeps what fits. Token files are never
/// changed in place, so no page can go away under a reader. The mapping ends with this object.
/// </summary>
internal sealed class MappedTokens : ITokens
{
    private const int Chunk = 1 << 10;

    private readonly MemoryMappedViewAccessor _view;
    private readonly int _width;

    /// <summary>Maps a file that <see cref="TokenFile.Check"/> has checked.</summary>
    public MappedTokens(string path, long count, int width)
    {
        (Count, _width) = (count, width);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        using var map = MemoryMappedFile.CreateFromFile(
            stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = map.CreateViewAccessor(0, TokenFileLayout.HeaderBytes + (count * width), MemoryMappedFileAccess.Read);
    }

    /// <inheritdoc />
    public long Count { get; }

    /// <inheritdoc />
    public void CopyTo(long start, Span<long> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - destination.Length);
        for (var done = 0; done < destination.Length; done += Chunk)
        {
            var part = destination[done..Math.Min(done + Chunk, destination.Length)];
            switch (_width)
            {
                case 1:
                    Copy<byte>(start + done, part, id => id);
                    break;
                case 2:
                    Copy<ushort>(start + done, part, id => id);
                    break;
                default:
                    Copy<int>(start + done, part, id => id);
                    break;
            }
        }
    }

    private void Copy<T>(long start, Span<long> destination, Func<T, long> widen)
        where T : unmanaged
    {
        Span<T> ids = stackalloc T[destination.Length];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(TokenFileLayout.HeaderBytes + (start * _width)), ids);
        for (var i = 0; i < ids.Length; i++)
        {
            destination[i] = widen(ids[i]);
        }
    }
}
