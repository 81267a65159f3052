using Microsoft.Win32.SafeHandles;

namespace LibMoE.Runtime.Files;

/// <summary>An open file of the machine.</summary>
internal sealed class DiskFile(string path, SafeFileHandle handle) : IRunFile
{
    private bool _syncFailed;

    public long Length
    {
        get
        {
            try
            {
                return RandomAccess.GetLength(handle);
            }
            catch (Exception error) when (SystemErrors.IsOfStorage(error))
            {
                throw SystemErrors.Translate(path, "measured", error);
            }
        }
    }

    public int Read(long offset, Span<byte> target)
    {
        try
        {
            var done = 0;
            while (done < target.Length)
            {
                var read = RandomAccess.Read(handle, target[done..], offset + done);
                if (read == 0)
                {
                    break;
                }

                done += read;
            }

            return done;
        }
        catch (Exception error) when (SystemErrors.IsOfStorage(error))
        {
            throw SystemErrors.Translate(path, "read", error);
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception error) when (SystemErrors.IsOfStorage(error))
        {
            throw SystemErrors.Translate(path, "written", error);
        }
    }

    public void SetLength(long length)
    {
        try
        {
            RandomAccess.SetLength(handle, length);
        }
        catch (Exception error) when (SystemErrors.IsOfStorage(error))
        {
            throw SystemErrors.Translate(path, "cut", error);
        }
    }

    public void Sync()
    {
        if (_syncFailed)
        {
            throw new StorageException(
                path, StorageCause.DeviceError, $"{path} could not be made durable before; it has to be written again under another name");
        }

        _syncFailed = true;
        if (OperatingSystem.IsWindows())
        {
            SyncOnWindows();
        }
        else
        {
            PosixCalls.Sync(handle, path);
        }

        _syncFailed = false;
    }

    public void Dispose() => handle.Dispose();

    // FlushFileBuffers, whose failure .NET does report. Not run by a test.
    private void SyncOnWindows()
    {
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception error) when (SystemErrors.IsOfStorage(error))
        {
            throw SystemErrors.Translate(path, "made durable", error);
        }
    }
}
